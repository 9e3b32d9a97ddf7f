"""Which results of functions can never be null, as far as their bodies show."""

from collections.abc import Sequence

from schemactl.codegen.model import Function, Schema
from schemactl.codegen.relationships import Lineage
from schemactl.codegen.views.query import columns
from schemactl.codegen.views.scope import Output
from schemactl.core.errors import SourceError
from schemactl.sql.names import Name
from schemactl.sql.parse import parse

# What a query needs not to have so that it gives exactly one row.
_FILTERS = ("fromClause", "whereClause", "havingClause", "limitCount", "limitOffset", "larg", "valuesLists")


class Results:
    """The results of a schema's functions: those written in SQL are read, of others nothing is known."""

    def __init__(self, schema: Schema, lineage: Lineage) -> None:
        self._schema = schema
        self._lineage = lineage

    def never_null(self, function: Function) -> Sequence[bool]:
        """Of each column of the result whether it is never null; empty where nothing is known."""
        if self._schema.is_not_null(function.returns):
            return [True]
        if function.language != "sql" or (function.strict and not function.returns_set):
            return []
        try:
            statements = parse(_whole(function.body)).statements
        except SourceError:
            return []
        if not statements:
            return []
        last = statements[-1]
        if last.kind != "SelectStmt":
            return []
        if not function.returns_set and any(part in last.node for part in _FILTERS):
            return []
        return [column.not_null for column in columns(last.node, self._columns)]

    def _columns(self, name: Name) -> Sequence[Output]:
        """The columns of a relation; of one without a schema only where its name is the only one of its kind."""
        if name.schema:
            return self._lineage.columns(name)
        found = [relation for relation in self._schema.relations if relation.name == name.name]
        return self._lineage.columns(found[0]) if len(found) == 1 else ()


def _whole(body: str) -> str:
    """The statements of a body: without BEGIN ATOMIC and END, and with the query that RETURN is short for."""
    text = body.strip()
    if text.upper().startswith("RETURN "):
        return f"SELECT {text[len('RETURN ') :]}"
    if text.upper().startswith("BEGIN ATOMIC"):
        return text[len("BEGIN ATOMIC") :].strip().removesuffix("END")
    return text
