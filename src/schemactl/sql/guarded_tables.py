"""The re-runnable form of ALTER TABLE."""

from collections.abc import Sequence

from schemactl.sql.default_names import constraint_name
from schemactl.sql.names import Name, literal
from schemactl.sql.nodes import Node, relation_name
from schemactl.sql.parse import Statement
from schemactl.sql.rewrite import Words, ignoring, unless, where

_INLINE = {
    "AT_AddColumn": ("IF NOT EXISTS", "add"),
    "AT_DropColumn": ("IF EXISTS", "drop"),
    "AT_DropConstraint": ("IF EXISTS", "constraint"),
    "AT_DropIdentity": ("IF EXISTS", "identity"),
    "AT_DropExpression": ("IF EXISTS", "expression"),
}


def guarded(statement: Statement, node: Node) -> str | None:
    """ALTER TABLE that can be run again; what has no IF [NOT] EXISTS goes into statements of its own, in DO blocks.

    None where nothing in it fails when run again. A constraint that the same statement drops first is fine as it is.
    """
    commands = [item["AlterTableCmd"] for item in node["cmds"]]
    head, actions = _split(statement, node)
    if len(actions) != len(commands):
        return None
    if node["objtype"] == "OBJECT_TYPE":
        return _composite_type(statement, commands)
    table = relation_name(node["relation"])
    statements: list[str] = []
    together: list[str] = []
    for command, action in zip(commands, actions, strict=True):
        block = None if _dropped_before(table, command, commands) else _block(table, command, f"{head} {action}")
        if block:
            statements += _joined(head, together)
            statements.append(block)
            together = []
        else:
            together.append(_inline(command, action))
    statements += _joined(head, together)
    unchanged = [f"{head} {', '.join(actions)}"]
    return None if statements == unchanged else ";\n".join(statements)


def _split(statement: Statement, node: Node) -> tuple[str, list[str]]:
    """The text up to the first action, and each action's text."""
    words = Words.of(statement)
    start = statement.source.character(node["relation"].get("location", 0)) - statement.start
    index = next(i for i, word in enumerate(words.words) if word.start == start) + 1
    while words.words[index].text == ".":
        index += 2
    if words.words[index].text == "*":
        index += 1
    return words.between(0, index), words.parts(index)


def _joined(head: str, actions: Sequence[str]) -> list[str]:
    return [f"{head} {', '.join(actions)}"] if actions else []


def _inline(command: Node, action: str) -> str:
    """The action with IF [NOT] EXISTS, where its grammar has it."""
    if command.get("missing_ok") or command["subtype"] not in _INLINE:
        return action
    keywords, after = _INLINE[command["subtype"]]
    words = Words(action)
    index = words.find(after) or 0
    if command["subtype"] in {"AT_AddColumn", "AT_DropColumn"} and words.words[index + 1].text == "column":
        index += 1
    return words.with_insertion(index, keywords)


def _dropped_before(table: Name, command: Node, commands: Sequence[Node]) -> bool:
    """Whether the same ALTER TABLE drops the constraint of this name if it exists."""
    if command["subtype"] != "AT_AddConstraint":
        return False
    name = constraint_name(table.name, command["def"]["Constraint"])
    before = commands[: [id(other) for other in commands].index(id(command))]
    return any(other["subtype"] == "AT_DropConstraint" and other.get("name") == name for other in before)


def _block(table: Name, command: Node, statement: str) -> str | None:
    """A DO block for the action alone, where it fails when run again and has no IF of its own."""
    relation = f"{literal(str(table))}::regclass"
    match command["subtype"]:
        case "AT_AddConstraint":
            name = constraint_name(table.name, command["def"]["Constraint"])
            if not name:
                return None
            test = f"SELECT FROM pg_catalog.pg_constraint WHERE conname = {literal(name)} AND conrelid = {relation}"
            return unless(test, statement)
        case "AT_AddIdentity":
            column = f"attname = {literal(command['name'])} AND attrelid = {relation}"
            return unless(f"SELECT FROM pg_catalog.pg_attribute WHERE {column} AND attidentity <> ''", statement)
        case "AT_AttachPartition" | "AT_DetachPartition":
            if command["def"]["PartitionCmd"].get("concurrent"):
                return None
            child = relation_name(command["def"]["PartitionCmd"]["name"])
            return _inheritance(command["subtype"] == "AT_AttachPartition", child, table, statement)
        case "AT_AddInherit" | "AT_DropInherit":
            parent = relation_name(command["def"]["RangeVar"])
            return _inheritance(command["subtype"] == "AT_AddInherit", table, parent, statement)
    return None


def _inheritance(adds: bool, child: Name, parent: Name, statement: str) -> str:
    pair = f"inhrelid = {literal(str(child))}::regclass AND inhparent = {literal(str(parent))}::regclass"
    test = f"SELECT FROM pg_catalog.pg_inherits WHERE {pair}"
    return unless(test, statement) if adds else where(test, statement)


def _composite_type(statement: Statement, commands: Sequence[Node]) -> str | None:
    if len(commands) != 1:
        return None
    match commands[0]["subtype"]:
        case "AT_AddColumn":
            return ignoring("duplicate_column", statement.text)
        case "AT_DropColumn" if not commands[0].get("missing_ok"):
            return Words.of(statement).inserted_after("IF EXISTS", "attribute")
    return None
