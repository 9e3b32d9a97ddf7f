"""Which functions of Postgres give the same answer for every row of a statement."""

from collections.abc import Iterator
from functools import cache

from schemactl.core.resources import read_text
from schemactl.sql.names import Name
from schemactl.sql.nodes import Node, list_name, of_kind

VOLATILE = frozenset(
    {"clock_timestamp", "gen_random_uuid", "nextval", "random", "random_normal", "timeofday", "uuidv4", "uuidv7"}
)
"""Functions of pg_catalog that are likely in a default and give another answer for each row."""


def called(expression: Node | None) -> Iterator[Name]:
    """The functions that an expression calls by name."""
    return (list_name(node["funcname"]) for node in of_kind(expression, "FuncCall"))


def unsteady_calls(expression: Node | None) -> Iterator[Name]:
    """The functions in an expression that are volatile, or that are not Postgres' own."""
    return (name for name in called(expression) if name.schema not in {None, "pg_catalog"} or name.name not in steady())


@cache
def steady() -> frozenset[str]:
    """The functions of pg_catalog of which no form is volatile, in PostgreSQL 18."""
    return frozenset(read_text("schemactl.sql", "steady_functions.txt").split())
