"""Whether a statement that runs outside a transaction did happen: the catalog knows, where the history cannot."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schemactl.db.query import query
from schemactl.sql.names import Name
from schemactl.sql.nodes import flag, list_name, relation_name
from schemactl.sql.parse import Statement

PACKAGE = "schemactl.apply"

Fetch = Callable[[str], list[tuple[Any, ...]]]
"""Runs a query and hands back its rows."""


class Happened(StrEnum):
    """What the catalog says of a statement."""

    YES = "yes"
    NO = "no"
    HALF = "half"
    """It broke off in the middle; `repair` clears the way."""
    BUSY = "busy"
    """Somebody else is at the same thing just now."""
    UNKNOWN = "unknown"
    """It leaves nothing to look for."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of a statement, and the statements that clear away, or finish, what is half done."""

    happened: Happened
    repair: tuple[str, ...] = ()
    object: str = ""


def look(statement: Statement, fetch: Fetch) -> Effect:
    """Look for the effect of a statement that cannot run in a transaction."""
    node = statement.node
    match statement.kind:
        case "IndexStmt":
            return _index(node["idxname"], relation_name(node["relation"]), fetch)
        case "DropStmt":
            return _object("relation", str(list_name(node["objects"][0]["List"]["items"])), fetch, gone=True)
        case "CreatedbStmt":
            return _object("database", node["dbname"], fetch)
        case "DropdbStmt":
            return _object("database", node["dbname"], fetch, gone=True)
        case "CreateTableSpaceStmt":
            return _object("tablespace", node["tablespacename"], fetch)
        case "DropTableSpaceStmt":
            return _object("tablespace", node["tablespacename"], fetch, gone=True)
        case "CreateSubscriptionStmt":
            return _object("subscription", node["subname"], fetch)
        case "DropSubscriptionStmt":
            return _object("subscription", node["subname"], fetch, gone=True)
        case "AlterTableStmt":
            (command,) = node["cmds"]
            partition = command["AlterTableCmd"]["def"]["PartitionCmd"]["name"]
            return _detached(relation_name(node["relation"]), relation_name(partition), fetch)
        case "ReindexStmt" if flag(node.get("params", ()), "concurrently"):
            return _reindexed(str(relation_name(node["relation"])) if "relation" in node else None, fetch)
    return Effect(Happened.UNKNOWN)


def _index(index: str, table: Name, fetch: Fetch) -> Effect:
    found = fetch(query(PACKAGE, "queries/index_state.sql", index=index, table=str(table)))
    if not found:
        return Effect(Happened.NO)
    name, whole, ours, busy = found[0]
    if not ours:
        return Effect(Happened.UNKNOWN, object=name)
    if whole:
        return Effect(Happened.YES, object=name)
    if busy:
        return Effect(Happened.BUSY, object=name)
    return Effect(Happened.HALF, (_drop_index(name),), name)


def _object(kind: str, name: str, fetch: Fetch, *, gone: bool = False) -> Effect:
    present = fetch(query(PACKAGE, "queries/object_exists.sql", kind=kind, name=name))[0][0]
    return Effect(Happened.YES if present != gone else Happened.NO, object=name)


def _detached(parent: Name, partition: Name, fetch: Fetch) -> Effect:
    found = fetch(query(PACKAGE, "queries/partition_state.sql", parent=str(parent), partition=str(partition)))
    if not found:
        return Effect(Happened.YES, object=str(partition))
    finish = f"ALTER TABLE {parent} DETACH PARTITION {partition} FINALIZE"
    return Effect(Happened.HALF, (finish,), str(partition)) if found[0][0] else Effect(Happened.NO)


def _reindexed(relation: str | None, fetch: Fetch) -> Effect:
    names = [name for (name,) in fetch(query(PACKAGE, "queries/reindex_leftovers.sql", relation=relation))]
    return (
        Effect(Happened.HALF, tuple(map(_drop_index, names)), ", ".join(names)) if names else Effect(Happened.UNKNOWN)
    )


def _drop_index(name: str) -> str:
    return f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
