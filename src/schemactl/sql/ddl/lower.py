"""A statement's parse tree to a typed value."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from schemactl.sql.ddl import commands as c
from schemactl.sql.ddl.node import Name, Node
from schemactl.sql.ddl.words import constant, name_of, options, relation, relations, words

Json = Mapping[str, Any]
Lowering = Callable[[Json], Node]

_TRANSACTIONS = {
    "BEGIN": "begin",
    "START": "begin",
    "COMMIT": "commit",
    "ROLLBACK": "rollback",
    "SAVEPOINT": "savepoint",
    "RELEASE": "release",
    "ROLLBACK_TO": "rollback to",
}
# LOCKMODE numbers: src/include/storage/lockdefs.h.
LOCK_MODES = (
    "",
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)


def lower(kind: str, node: Json) -> Node:
    """The typed form of a statement; what nothing reasons about is `commands.Other`."""
    build = _table().get(kind)
    return build(node) if build else c.Other(kind=kind)


@cache
def _table() -> dict[str, Lowering]:
    from schemactl.sql.ddl import lower_objects, lower_tables

    return {**lower_tables.LOWER, **lower_objects.LOWER, **_COMMANDS}


def _transaction(node: Json) -> Node:
    kind = node["kind"].removeprefix("TRANS_STMT_")
    return c.Transaction(kind=_TRANSACTIONS.get(kind, kind.lower().replace("_", " ")), name=node.get("savepoint_name"))


def _set(node: Json) -> Node:
    kind = node["kind"]
    if kind == "VAR_RESET_ALL":
        return c.SetVariable(name="*", value=None)
    value = None
    if kind == "VAR_SET_VALUE":
        value = ", ".join(str(constant(argument)) for argument in node.get("args", ()))
    return c.SetVariable(name=node.get("name", ""), value=value, local=node.get("is_local", False))


def _targets(node: Iterable[Json]) -> tuple[str, ...]:
    return tuple([item["ResTarget"].get("name", "") for item in node if "ResTarget" in item])


def _insert(node: Json) -> Node:
    conflict = node.get("onConflictClause", {}).get("action", "").removeprefix("ONCONFLICT_").lower()
    select = node.get("selectStmt", {}).get("SelectStmt", {})
    return c.Insert(
        table=relation(node["relation"]),
        columns=_targets(node.get("cols", ())),
        conflict=conflict or None,
        guarded="valuesLists" not in select and _tests_absence(select.get("whereClause")),
        node={"InsertStmt": node},
    )


def _tests_absence(node: Json | None) -> bool:
    """Whether a WHERE clause holds a NOT EXISTS, NOT IN or anti-join test of its own accord."""
    text = str(node)
    return "NOT_EXPR" in text and ("EXISTS_SUBLINK" in text or "ANY_SUBLINK" in text)


def _update(node: Json) -> Node:
    return c.Update(
        table=relation(node["relation"]),
        columns=_targets(node.get("targetList", ())),
        where=node.get("whereClause"),
        node={"UpdateStmt": node},
        joined="fromClause" in node,
    )


def _delete(node: Json) -> Node:
    return c.Delete(
        table=relation(node["relation"]),
        where=node.get("whereClause"),
        node={"DeleteStmt": node},
        joined="usingClause" in node,
    )


def _select(node: Json) -> Node:
    if "intoClause" in node:
        from schemactl.sql.ddl.lower_tables import select_into

        return select_into(node)
    setting = _set_config(node)
    return setting or c.Select(node={"SelectStmt": node})


def _set_config(node: Json) -> Node | None:
    """SELECT set_config('name', 'value', is_local) is SET in another dress."""
    targets = node.get("targetList", ())
    if len(targets) != 1 or "fromClause" in node:
        return None
    call = targets[0]["ResTarget"].get("val", {}).get("FuncCall")
    if not call or words(call["funcname"])[-1] != "set_config" or len(call.get("args", ())) < 2:
        return None
    name, value, *rest = (constant(argument) for argument in call["args"])
    if not isinstance(name, str) or value is None:
        return None
    return c.SetVariable(name=name.lower(), value=str(value), local=bool(rest and rest[0]))


def _copy(node: Json) -> Node:
    target = node.get("relation")
    return c.Copy(
        table=relation(target) if target else None,
        reads=node.get("is_from", False),
        stdin=node.get("is_from", False) and "filename" not in node,
    )


def _vacuum(node: Json) -> Node:
    return c.Vacuum(
        vacuum=node.get("is_vacuumcmd", False),
        full="full" in options(node.get("options")),
        tables=tuple(_vacuumed(node.get("rels", ()))),
    )


def _vacuumed(nodes: Iterable[Json]) -> Iterable[Name]:
    for item in nodes:
        target = item["VacuumRelation"].get("relation")
        if target:
            yield relation(target)


def _reindex(node: Json) -> Node:
    target = node.get("relation")
    name = relation(target) if target else Name(None, node["name"]) if "name" in node else None
    return c.Reindex(
        kind=node.get("kind", "").removeprefix("REINDEX_OBJECT_").lower(),
        name=name,
        concurrently="concurrently" in options(node.get("params")),
    )


def _do(node: Json) -> Node:
    given = options(node.get("args"))
    at = next(
        (item["DefElem"].get("location", -1) for item in node.get("args", ()) if item["DefElem"]["defname"] == "as"), -1
    )
    return c.Do(
        language=str(constant(given.get("language")) or "plpgsql").lower(),
        body=str(constant(given.get("as")) or ""),
        body_at=at,
    )


_COMMANDS: dict[str, Lowering] = {
    "TransactionStmt": _transaction,
    "VariableSetStmt": _set,
    "InsertStmt": _insert,
    "UpdateStmt": _update,
    "DeleteStmt": _delete,
    "SelectStmt": _select,
    "MergeStmt": lambda node: c.Merge(table=relation(node["relation"]), node={"MergeStmt": node}),
    "CopyStmt": _copy,
    "TruncateStmt": lambda node: c.Truncate(
        tables=relations(node.get("relations")), cascade=node.get("behavior") == "DROP_CASCADE"
    ),
    "LockStmt": lambda node: c.Lock(
        tables=relations(node.get("relations")), mode=LOCK_MODES[node.get("mode", 8)], nowait=node.get("nowait", False)
    ),
    "RefreshMatViewStmt": lambda node: c.Refresh(
        name=relation(node["relation"]),
        concurrently=node.get("concurrent", False),
        with_data=not node.get("skipData", False),
    ),
    "VacuumStmt": _vacuum,
    "ClusterStmt": lambda node: c.Cluster(table=relation(node["relation"]) if "relation" in node else None),
    "ReindexStmt": _reindex,
    "DoStmt": _do,
    "CallStmt": lambda node: c.Call(name=name_of(node["funccall"].get("funcname"))),
}
