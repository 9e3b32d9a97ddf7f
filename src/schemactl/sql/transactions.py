"""How a statement stands to transactions.

Facts from the reference pages of the commands and from callers of PreventInTransactionBlock and RequireTransactionBlock
in the server: https://www.postgresql.org/docs/current/sql-commands.html
"""

from dataclasses import dataclass
from enum import StrEnum

from schemactl.sql.nodes import Node, body, flag, option
from schemactl.sql.parse import Statement
from schemactl.sql.tokens import significant_words

_CURSOR_WITH_HOLD = 0x20


class Control(StrEnum):
    """A statement that begins, ends or marks a transaction."""

    BEGIN = "BEGIN"
    COMMIT = "COMMIT"
    ROLLBACK = "ROLLBACK"
    SAVEPOINT = "SAVEPOINT"
    RELEASE = "RELEASE SAVEPOINT"
    ROLLBACK_TO = "ROLLBACK TO SAVEPOINT"
    PREPARE = "PREPARE TRANSACTION"
    COMMIT_PREPARED = "COMMIT PREPARED"
    ROLLBACK_PREPARED = "ROLLBACK PREPARED"


_CONTROLS = {
    "TRANS_STMT_BEGIN": Control.BEGIN,
    "TRANS_STMT_START": Control.BEGIN,
    "TRANS_STMT_COMMIT": Control.COMMIT,
    "TRANS_STMT_ROLLBACK": Control.ROLLBACK,
    "TRANS_STMT_SAVEPOINT": Control.SAVEPOINT,
    "TRANS_STMT_RELEASE": Control.RELEASE,
    "TRANS_STMT_ROLLBACK_TO": Control.ROLLBACK_TO,
    "TRANS_STMT_PREPARE": Control.PREPARE,
    "TRANS_STMT_COMMIT_PREPARED": Control.COMMIT_PREPARED,
    "TRANS_STMT_ROLLBACK_PREPARED": Control.ROLLBACK_PREPARED,
}


class Needs(StrEnum):
    """Where a statement can run."""

    ANYTHING = "anything"
    """Inside a transaction block and outside."""
    NO_BLOCK = "no block"
    """Outside only: inside, the server answers 25001."""
    BLOCK = "block"
    """Inside only: outside, the server answers 25P01, or warns and does nothing."""
    UNKNOWN = "unknown"
    """It runs a procedure, which may commit."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a statement needs; `command` names it (`CREATE INDEX CONCURRENTLY`), empty where anything will do."""

    needs: Needs
    command: str = ""


def control(statement: Statement) -> Control | None:
    """The transaction control that a statement is, or None."""
    return _CONTROLS[statement.node["kind"]] if statement.kind == "TransactionStmt" else None


def requirement(statement: Statement) -> Requirement:
    """What a statement needs of the transaction around it."""
    command = _forbidden(statement.kind, statement.node)
    if command:
        return Requirement(Needs.NO_BLOCK, command)
    command = _required(statement.kind, statement.node)
    if command:
        return Requirement(Needs.BLOCK, command)
    if statement.kind == "CallStmt":
        return Requirement(Needs.UNKNOWN, "CALL")
    return Requirement(Needs.ANYTHING)


def runs_alone(statement: Statement) -> bool:
    """Whether the server refuses the statement inside a transaction block."""
    return bool(_forbidden(statement.kind, statement.node))


_ALWAYS_FORBIDDEN = {
    "AlterSystemStmt": "ALTER SYSTEM",
    "CreatedbStmt": "CREATE DATABASE",
    "DropdbStmt": "DROP DATABASE",
    "CreateTableSpaceStmt": "CREATE TABLESPACE",
    "DropTableSpaceStmt": "DROP TABLESPACE",
    "DropSubscriptionStmt": "DROP SUBSCRIPTION",
}


def _forbidden(kind: str, node: Node) -> str:
    """The command, where the server refuses it in a transaction block."""
    if kind in _ALWAYS_FORBIDDEN:
        return _ALWAYS_FORBIDDEN[kind]
    match kind:
        case "IndexStmt" if node.get("concurrent"):
            return "CREATE INDEX CONCURRENTLY"
        case "DropStmt" if node.get("concurrent"):
            return "DROP INDEX CONCURRENTLY"
        case "ReindexStmt":
            return _reindex(node)
        case "VacuumStmt" if node.get("is_vacuumcmd"):
            return "VACUUM"
        case "ClusterStmt" if "relation" not in node:
            return "CLUSTER without a table"
        case "DiscardStmt" if node["target"] == "DISCARD_ALL":
            return "DISCARD ALL"
        case "AlterDatabaseStmt" if option(node.get("options", ()), "tablespace") is not None:
            return "ALTER DATABASE … SET TABLESPACE"
        case "AlterTableStmt":
            commands = (command["AlterTableCmd"].get("def", {}) for command in node["cmds"])
            if any(command.get("PartitionCmd", {}).get("concurrent") for command in commands):
                return "ALTER TABLE … DETACH PARTITION CONCURRENTLY"
        case "CreateSubscriptionStmt" | "AlterSubscriptionStmt":
            return _subscription(kind, node)
        case "TransactionStmt" if node["kind"].endswith("_PREPARED"):
            return _CONTROLS[node["kind"]].value
        case "DoStmt" if _ends_transactions(node):
            return "DO with COMMIT or ROLLBACK in its body"
    return ""


def _required(kind: str, node: Node) -> str:
    """The command, where it makes sense inside a transaction block only."""
    match kind:
        case "LockStmt":
            return "LOCK TABLE"
        case "DeclareCursorStmt" if not node.get("options", 0) & _CURSOR_WITH_HOLD:
            return "DECLARE CURSOR without WITH HOLD"
        case "ConstraintsSetStmt":
            return "SET CONSTRAINTS"
        case "VariableSetStmt" if node.get("is_local"):
            return "SET LOCAL"
        case "VariableSetStmt" if node["kind"] == "VAR_SET_MULTI" and node.get("name", "").startswith("TRANSACTION"):
            return "SET TRANSACTION"
        case "TransactionStmt":
            inside = {Control.SAVEPOINT, Control.RELEASE, Control.ROLLBACK_TO, Control.PREPARE}
            command = _CONTROLS[node["kind"]]
            return command.value if command in inside else ""
    return ""


def _reindex(node: Node) -> str:
    if flag(node.get("params", ()), "concurrently"):
        return "REINDEX CONCURRENTLY"
    many = {
        "REINDEX_OBJECT_SCHEMA": "REINDEX SCHEMA",
        "REINDEX_OBJECT_DATABASE": "REINDEX DATABASE",
        "REINDEX_OBJECT_SYSTEM": "REINDEX SYSTEM",
    }
    return many.get(node["kind"], "")


def _subscription(kind: str, node: Node) -> str:
    """Whatever talks to the publisher: making a slot, and fetching the list of tables anew."""
    options = node.get("options", ())
    if kind == "CreateSubscriptionStmt":
        makes_slot = flag(options, "create_slot", flag(options, "connect", default=True))
        return "CREATE SUBSCRIPTION with a replication slot" if makes_slot else ""
    if node["kind"] == "ALTER_SUBSCRIPTION_REFRESH":
        return "ALTER SUBSCRIPTION … REFRESH PUBLICATION"
    if node["kind"].endswith("_PUBLICATION") and flag(options, "refresh", default=True):
        return "ALTER SUBSCRIPTION … PUBLICATION with refresh"
    return ""


def _ends_transactions(node: Node) -> bool:
    """Whether a DO block commits or rolls back: PL/pgSQL allows that outside a transaction block only."""
    found = body(node["args"])
    if not found:
        return False
    words = ["begin", *significant_words(found[0])]
    starts = {"begin", "then", "else", "loop", ";"}
    return any(
        word in {"commit", "rollback"} and before in starts and after in {";", "and"}
        for before, word, after in zip(words, words[1:], words[2:], strict=False)
    )
