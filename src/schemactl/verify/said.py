"""What a migration itself says about rows: the tables it writes to, the columns it converts by a rule of its own."""

import re
from collections.abc import Iterator
from typing import Any

from schemactl.sql.nodes import relation_name, walk
from schemactl.sql.parse import Statement

_WRITES = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"}
_IN_TEXT = re.compile(
    r"\b(?:insert\s+into|update|delete\s+from|merge\s+into|truncate(?:\s+table)?)\s+(?:only\s+)?((?:[\w$]+|\"[^\"]+\")"
    r"(?:\s*\.\s*(?:[\w$]+|\"[^\"]+\"))?)",
    re.IGNORECASE,
)
_DYNAMIC = re.compile(r"\bexecute\b(?!\s+(?:function|procedure|on)\b)", re.IGNORECASE)
_WITH_BODY = {"DoStmt", "CreateFunctionStmt"}


def writes(statement: Statement, table: str) -> bool:
    """Whether the statement names the table as one whose rows it writes, bodies of functions and DO blocks included.

    A body that executes text which it puts together may write to anything.
    """
    if table in set(_written(statement)):
        return True
    if statement.kind in _WITH_BODY:
        named = {match[1].split(".")[-1].strip().strip('"').lower() for match in _IN_TEXT.finditer(statement.text)}
        return table.lower() in named or bool(_DYNAMIC.search(statement.text) and named)
    return False


def converts(statement: Statement, column: str) -> bool:
    """Whether the statement gives the column another type by a USING that is more than a cast."""
    for kind, command in walk(statement.node):
        if kind == "AlterTableCmd" and command.get("subtype") == "AT_AlterColumnType" and command.get("name") == column:
            using = command.get("def", {}).get("ColumnDef", {}).get("raw_default")
            return using is not None and not _is_cast(using)
    return False


def _is_cast(using: Any) -> bool:
    while "TypeCast" in using:
        using = using["TypeCast"]["arg"]
    return "ColumnRef" in using


def _written(statement: Statement) -> Iterator[str]:
    for kind, node in walk({statement.kind: statement.node}):
        if kind in _WRITES:
            yield relation_name(node["relation"]).name
        elif kind == "CreateTableAsStmt":
            yield relation_name(node["into"]["rel"]).name
        elif kind == "TruncateStmt":
            yield from (relation_name(item["RangeVar"]).name for item in node["relations"])
        elif kind == "CopyStmt" and node.get("is_from"):
            yield relation_name(node["relation"]).name
