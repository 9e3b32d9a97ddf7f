"""Queries in `.sql` files. Their parameters are psql's variables, so that each file runs in psql as it is."""

import re
from functools import cache
from typing import Any

from schemactl.core.resources import read_text

_VARIABLE = re.compile(r"(?<![:\w]):(?:'(\w+)'|\"(\w+)\")")


def query(package: str, file: str, /, **values: Any) -> str:
    """The text of a `.sql` file with its variables filled in: `query("schemactl.jobs", "queries/claim.sql", id=1)`."""
    return fill(read_text(package, file), **values)


def commands(package: str, file: str, /, **values: Any) -> tuple[str, ...]:
    """The statements of a `.sql` file, one by one; in these files a line that ends in a semicolon ends a statement."""
    texts = _statements(package, file)
    return tuple(fill(text, **values) for text in texts) if values else texts


def fill(text: str, /, **values: Any) -> str:
    """`text` with `:'name'` replaced by a quoted literal and `:"name"` by a quoted identifier, as psql does.

    None becomes NULL, a list an array. Raises KeyError for a variable without a value.
    """
    from psycopg import sql

    def value_of(found: re.Match[str]) -> str:
        if found[1]:
            return sql.Literal(values[found[1]]).as_string(None).strip()
        return sql.Identifier(values[found[2]]).as_string(None)

    return _VARIABLE.sub(value_of, text)


@cache
def _statements(package: str, name: str) -> tuple[str, ...]:
    parts = re.split(r"(?<=;)\n", read_text(package, name))
    return tuple(part.strip() for part in parts if part.strip())
