"""Lists as PostgreSQL reads them: `{1,2}`. The driver looks at each item several times, which costs more than its job.

The manual, 8.15.6 Array Input and Output Syntax.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID


def literal(values: Sequence[Any]) -> str:
    """The text of an array of these values, to be cast to its type; None is NULL."""
    kinds = {type(value) for value in values}
    items: Iterable[str]
    if kinds == {int}:
        items = map(str, values)
    elif kinds == {UUID}:
        items = (value.hex for value in values)
    elif kinds == {bool}:
        items = ("t" if value else "f" for value in values)
    else:
        items = map(_item, values)
    return f"{{{','.join(items)}}}"


def _item(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
