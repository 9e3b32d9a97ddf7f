"""Enum values that are added and used in one transaction, which the server refuses with 55P04.

The manual: https://www.postgresql.org/docs/current/sql-altertype.html, Notes. From version 17 on, a value of a type
that the same transaction creates may be used at once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from schemactl.core.errors import SourceError
from schemactl.sql.literals import Column, columns_of, is_literal, text_of
from schemactl.sql.names import Name
from schemactl.sql.nodes import Node, body, list_name, option, type_name, walk
from schemactl.sql.parse import Statement, parse
from schemactl.sql.tokens import scan
from schemactl.sql.transactions import Control, control


@dataclass(frozen=True, slots=True)
class NewValueUse:
    """A use of an enum value before the transaction that adds it has ended.

    `certain` where the text itself says that the literal is of the type: a cast, or the default of a column of that
    type. Otherwise the literal reads the same, and its type depends on what it is compared with or stored in.
    """

    type: Name
    value: str
    added: Statement
    used: Statement
    certain: bool


IsOfType = Callable[[Column, Name], bool | None]
"""Whether a column is of an enum type; None where nobody knows."""


def nobody_knows(_column: Column, _enum: Name) -> None:
    """The answer where there is nobody to ask."""


def uses_of_new_values(
    statements: Iterable[Statement], major: int, is_of_type: IsOfType = nobody_knows
) -> Iterator[NewValueUse]:
    """The uses of new enum values among statements that run in one transaction, on a server of version `major`.

    `is_of_type` is asked for the columns that a literal of such a text meets, where the text leaves its type open.

    An end of the transaction in between is respected.

    At most one use for each value and statement is given. Looked into: SQL functions, whose bodies are checked when
    they are made, and DO blocks; not PL/pgSQL functions, whose bodies are not.
    """
    created: set[Name] = set()
    added: dict[tuple[Name, str], Statement] = {}
    for statement in statements:
        if control(statement) in {Control.COMMIT, Control.ROLLBACK}:
            created.clear()
            added.clear()
        for (enum, value), source in added.items():
            certain = _use(statement, enum, value)
            if certain is False:
                certain = _known(columns_of(statement.node, value), enum, is_of_type)
            if certain is not None:
                yield NewValueUse(enum, value, source, statement, certain)
        if statement.kind == "CreateEnumStmt":
            created.add(list_name(statement.node["typeName"]))
        elif statement.kind == "AlterEnumStmt" and "oldVal" not in statement.node:
            enum = list_name(statement.node["typeName"])
            if enum not in created or major < _NEW_TYPES_ARE_SAFE_SINCE:
                added[enum, statement.node["newVal"]] = statement


_NEW_TYPES_ARE_SAFE_SINCE = 17
_NO_EXPRESSIONS = frozenset(
    {"AlterEnumStmt", "CreateEnumStmt", "CommentStmt", "SecLabelStmt", "VariableSetStmt", "CreateRoleStmt"}
)


def _use(statement: Statement, enum: Name, value: str) -> bool | None:
    """Whether the statement's use of the value is certain; None where it uses no such literal."""
    if value not in statement.text and "'" not in value:
        return None
    if statement.kind in _NO_EXPRESSIONS:
        return None
    if statement.kind == "DoStmt":
        return _use_in_words(statement.node["args"], enum, value)
    if statement.kind == "CreateFunctionStmt" and "sql_body" not in statement.node:
        return _use_in_function(statement.node.get("options", ()), enum, value)
    return _use_in_node(statement.node, enum, value)


def _known(columns: Iterable[Column], enum: Name, is_of_type: IsOfType) -> bool | None:
    """Certain where one of the columns is of the type, no use where none is, undecided otherwise."""
    answers = {is_of_type(column, enum) for column in columns}
    if True in answers:
        return True
    return None if answers == {False} else False


def _use_in_node(node: Node, enum: Name, value: str) -> bool | None:
    found: bool | None = None
    for kind, part in walk(node):
        if kind == "A_Const" and text_of(part) == value:
            found = bool(found)
        elif kind == "TypeCast" and _same_type(part["typeName"], enum):
            found = is_literal(part["arg"], value) or found
        elif kind == "ColumnDef" and "typeName" in part and _same_type(part["typeName"], enum):
            defaults = (item["Constraint"].get("raw_expr") for item in part.get("constraints", ()))
            found = any(is_literal(default, value) for default in defaults) or found
    return found


def _use_in_function(options: Iterable[Node], enum: Name, value: str) -> bool | None:
    listed = list(options)
    text = body(listed)
    if not text or (option(listed, "language") or "").lower() != "sql":
        return None
    try:
        statements = parse(text[0]).statements
    except SourceError:
        return None
    uses = (_use_in_node(statement.node, enum, value) for statement in statements)
    known = [use for use in uses if use is not None]
    return any(known) if known else None


def _use_in_words(options: Iterable[Node], enum: Name, value: str) -> bool | None:
    """In a DO block: a literal of this text, certain where a cast to the type follows."""
    from pglast import parser

    text = body(list(options))
    if not text:
        return None
    try:
        tokens = [token for token in scan(text[0]) if not token.is_comment]
    except parser.ParseError:
        return None
    words = list(_without_definitions([text[0][token.start : token.end] for token in tokens]))
    literal = "'" + value.replace("'", "''") + "'"
    found: bool | None = None
    for index, word in enumerate(words):
        if word == literal:
            cast = words[index + 1 : index + 2] == ["::"] and enum.name in words[index + 2 : index + 5]
            found = bool(found) or cast
    return found


def _without_definitions(words: Iterable[str]) -> Iterator[str]:
    """The words without those of `AS ENUM ('…', …)`, which are values of another type."""
    before, inside = "", False
    for word in words:
        inside = (inside or (before.upper() == "ENUM" and word == "(")) and word != ")"
        if not inside:
            yield word
        before = word


def _same_type(node: Node, enum: Name) -> bool:
    name = type_name(node)
    either_bare = name.schema is None or enum.schema is None
    return name.name == enum.name and (either_bare or name.schema == enum.schema)
