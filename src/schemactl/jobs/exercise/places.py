"""Where an object stands in the migrations, and which object a call of the queue belongs to."""

import re
from collections.abc import Iterator, Sequence

from schemactl.core.findings import Span
from schemactl.jobs.exercise.breach import Where
from schemactl.jobs.spec import Spec
from schemactl.sql import objects
from schemactl.sql.parse import Script, Statement

_FUNCTION = re.compile(r"\b([a-z_]\w*\.[a-z_]\w*)\s*\(", re.IGNORECASE)


def of_call(spec: Spec, call: str) -> Where:
    """The function behind a call, or the table where schemactl's own SQL does it."""
    found = _FUNCTION.search(getattr(spec.functions, call) or "")
    return Where("function", found[1]) if found else Where("table", spec.config.table)


def locate(where: Where, scripts: Sequence[Script]) -> tuple[Statement, Span] | None:
    """The statement that makes, last changes or describes an object, and the lines of it that matter."""
    found = list(_statements(where, scripts))
    if not found:
        return None
    described = [statement for statement in found if statement.kind == "CommentStmt"]
    made = [statement for statement in found if statement.kind != "CommentStmt"]
    if where.described and described:
        statement = described[-1]
    elif where.kind == "table":
        statement = made[0] if made else found[0]
    else:
        statement = (made or found)[-1]
    return statement, _narrowed(where, statement)


def _statements(where: Where, scripts: Sequence[Script]) -> Iterator[Statement]:
    for script in scripts:
        for statement in script.statements:
            if _concerns(where, statement):
                yield statement


def _concerns(where: Where, statement: Statement) -> bool:
    if statement.kind == "CommentStmt":
        return where.kind == "column" and _commented(statement) == f"{where.table}.{where.name}"
    for change in objects.changes(statement):
        name = ".".join(change.name.key)
        if where.kind == "column" and change.kind == "column":
            if change.name.name == where.name and change.parent and ".".join(change.parent.key) == where.table:
                return True
        elif where.kind == "column":
            if statement.kind == "CreateStmt" and change.kind == "table" and name == where.table:
                return True
        elif where.kind == "trigger" and change.kind == "trigger" and statement.kind == "CreateTrigStmt":
            if change.name.name == where.name and change.parent and ".".join(change.parent.key) == where.table:
                return True
        elif change.kind == where.kind and name == where.name and statement.kind != "DropStmt":
            return True
    return False


def _commented(statement: Statement) -> str:
    items = statement.node.get("object", {}).get("List", {}).get("items", [])
    return ".".join(item.get("String", {}).get("sval", "") for item in items)


def _narrowed(where: Where, statement: Statement) -> Span:
    """The line of a column within CREATE TABLE; otherwise the whole statement."""
    if where.kind == "column" and statement.kind == "CreateStmt":
        for number, line in enumerate(statement.text.splitlines()):
            if re.match(rf'\s*"?{re.escape(where.name)}"?\s', line):
                at = statement.line + number
                indent = len(line) - len(line.lstrip()) + 1
                return Span(statement.file, at, indent, at, len(line.rstrip()) + 1)
    return statement.span
