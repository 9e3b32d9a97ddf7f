"""The locks that a statement takes on the relations it names, and what it does under them.

Static claims, from https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES and the reference page
of each command; the tests hold them against pg_locks on real servers. Not told: locks on relations that the text does
not name, such as partitions, the tables of views, and what functions and DO blocks touch; and locks on relations that
the statement itself creates.
"""

from collections.abc import Callable, Iterable

from schemactl.sql.lock_modes import NO_WORK, Lock, LockMode, Locks, Work
from schemactl.sql.names import Name
from schemactl.sql.nodes import Node, flag, option, qualified, relation_name, strings, walk
from schemactl.sql.parse import Statement
from schemactl.sql.table_locks import alter_table

Reader = Callable[[Node, int], Locks]


def locks(statement: Statement, major: int) -> tuple[Lock, ...]:
    """The locks of a statement on a server of version `major` (14 to 18): the strongest one for each relation."""
    reader = _READERS.get(statement.kind)
    return _strongest(reader(statement.node, major)) if reader else ()


def _strongest(found: Iterable[Lock]) -> tuple[Lock, ...]:
    merged: dict[tuple[Name, bool], Lock] = {}
    for lock in found:
        key = (lock.relation, lock.of_index)
        other = merged.get(key, lock)
        merged[key] = Lock(lock.relation, max(lock.mode, other.mode), lock.work | other.work, lock.of_index)
    return tuple(merged.values())


def read(query: Node | None) -> Locks:
    """ACCESS SHARE on what a query or expression reads, ROW SHARE on what it locks rows of."""
    local = {node["ctename"] for kind, node in walk(query) if kind == "CommonTableExpr"}
    aliases = {id(node) for kind, clause in walk(query) if kind == "LockingClause" for _, node in walk(clause)}
    for kind, node in walk(query):
        if kind == "RangeVar" and id(node) not in aliases:
            name = relation_name(node)
            if not (name.schema is None and name.name in local):
                yield Lock(name, LockMode.ACCESS_SHARE)
        elif kind == "SelectStmt" and "lockingClause" in node:
            yield from _row_locks(node)
        elif kind in _WRITES:
            yield Lock(relation_name(node["relation"]), LockMode.ROW_EXCLUSIVE)


_WRITES = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})


def _row_locks(select: Node) -> Locks:
    aliases = {
        node.get("alias", {}).get("aliasname", node["relname"]): relation_name(node)
        for kind, node in walk(select.get("fromClause", []))
        if kind == "RangeVar"
    }
    for item in select["lockingClause"]:
        of = [relation["RangeVar"]["relname"] for relation in item["LockingClause"].get("lockedRels", ())]
        yield from (Lock(aliases[alias], LockMode.ROW_SHARE) for alias in of or aliases if alias in aliases)


def _query(kind: str) -> Reader:
    return lambda node, _major: read({kind: node})


def _target(mode: LockMode, key: str = "relation", work: frozenset[Work] = NO_WORK) -> Reader:
    """One relation under `key`."""

    def reader(node: Node, _major: int) -> Locks:
        if key in node:
            yield Lock(relation_name(node[key]), mode, work)

    return reader


def _listed(items: Iterable[Node], mode: LockMode) -> Locks:
    for item in items:
        yield Lock(relation_name(item["RangeVar"]), mode)


def _copy(node: Node, _major: int) -> Locks:
    mode = LockMode.ROW_EXCLUSIVE if node.get("is_from") else LockMode.ACCESS_SHARE
    yield from _target(mode)(node, _major)
    yield from read(node.get("query"))


def _create_table(node: Node, _major: int) -> Locks:
    own = relation_name(node["relation"])
    partition = "partbound" in node
    parents = LockMode.ACCESS_EXCLUSIVE if partition else LockMode.SHARE_UPDATE_EXCLUSIVE
    yield from _listed(node.get("inhRelations", ()), parents)
    for kind, part in walk(node.get("tableElts", [])):
        if kind == "Constraint" and "pktable" in part and relation_name(part["pktable"]) != own:
            yield Lock(relation_name(part["pktable"]), LockMode.SHARE_ROW_EXCLUSIVE)
        elif kind == "TableLikeClause":
            yield Lock(relation_name(part["relation"]), LockMode.ACCESS_SHARE)


def _create_table_as(node: Node, _major: int) -> Locks:
    return read(node["query"])


def _create_view(node: Node, _major: int) -> Locks:
    if node.get("replace"):
        yield Lock(relation_name(node["view"]), LockMode.ACCESS_EXCLUSIVE)
    yield from read(node["query"])


def _create_index(node: Node, _major: int) -> Locks:
    mode = LockMode.SHARE_UPDATE_EXCLUSIVE if node.get("concurrent") else LockMode.SHARE
    yield Lock(relation_name(node["relation"]), mode, frozenset({Work.INDEX}))


def _create_trigger(node: Node, _major: int) -> Locks:
    yield Lock(relation_name(node["relation"]), LockMode.SHARE_ROW_EXCLUSIVE)
    if "constrrel" in node:
        yield Lock(relation_name(node["constrrel"]), LockMode.ACCESS_SHARE)


def _policy(node: Node, _major: int) -> Locks:
    yield Lock(relation_name(node["table"]), LockMode.ACCESS_EXCLUSIVE)
    yield from read({"qual": node.get("qual"), "check": node.get("with_check")})


def _create_statistics(node: Node, _major: int) -> Locks:
    return _listed(node["relations"], LockMode.SHARE_UPDATE_EXCLUSIVE)


def _sequence(mode: LockMode | None) -> Reader:
    def reader(node: Node, _major: int) -> Locks:
        if mode:
            yield Lock(relation_name(node["sequence"]), mode)
        owner = (option(node.get("options", ()), "owned_by") or "").split(", ")
        if len(owner) > 1:
            yield Lock(qualified(owner[:-1]), LockMode.ACCESS_SHARE)

    return reader


def _drop(node: Node, _major: int) -> Locks:
    kind = node["removeType"].removeprefix("OBJECT_")
    mode = LockMode.SHARE_UPDATE_EXCLUSIVE if node.get("concurrent") else LockMode.ACCESS_EXCLUSIVE
    for item in node["objects"]:
        parts = strings(item["List"]["items"]) if kind in _DROPPED_RELATIONS | _ON_TABLE else []
        if kind in _ON_TABLE:
            yield Lock(qualified(parts[:-1]), mode)
        elif kind in _DROPPED_RELATIONS:
            yield Lock(qualified(parts), mode)
            if kind == "INDEX":
                yield Lock(qualified(parts), mode, of_index=True)


_DROPPED_RELATIONS = frozenset({"TABLE", "VIEW", "MATVIEW", "SEQUENCE", "FOREIGN_TABLE", "INDEX"})
_ON_TABLE = frozenset({"TRIGGER", "POLICY", "RULE"})


def _rename(node: Node, _major: int) -> Locks:
    if "relation" in node:
        index = node["renameType"] == "OBJECT_INDEX"
        mode = LockMode.SHARE_UPDATE_EXCLUSIVE if index else LockMode.ACCESS_EXCLUSIVE
        yield Lock(relation_name(node["relation"]), mode)


def _comment(node: Node, _major: int) -> Locks:
    kind = node["objtype"].removeprefix("OBJECT_")
    parts = strings(node["object"]["List"]["items"]) if "List" in node["object"] else []
    if kind in _DROPPED_RELATIONS:
        yield Lock(qualified(parts), LockMode.SHARE_UPDATE_EXCLUSIVE)
    elif kind == "COLUMN":
        yield Lock(qualified(parts[:-1]), LockMode.SHARE_UPDATE_EXCLUSIVE)
    elif kind in _ON_TABLE or kind == "TABCONSTRAINT":
        yield Lock(qualified(parts[:-1]), LockMode.ACCESS_SHARE)


def _truncate(node: Node, _major: int) -> Locks:
    return _listed(node["relations"], LockMode.ACCESS_EXCLUSIVE)


def _lock(node: Node, _major: int) -> Locks:
    return _listed(node["relations"], LockMode(node["mode"]))


def _refresh(node: Node, _major: int) -> Locks:
    mode = LockMode.EXCLUSIVE if node.get("concurrent") else LockMode.ACCESS_EXCLUSIVE
    work = Work.SCAN if node.get("concurrent") else Work.REWRITE
    yield Lock(relation_name(node["relation"]), mode, frozenset({work}))


def _cluster(node: Node, _major: int) -> Locks:
    return _target(LockMode.ACCESS_EXCLUSIVE, work=frozenset({Work.REWRITE}))(node, _major)


def _vacuum(node: Node, _major: int) -> Locks:
    full = node.get("is_vacuumcmd") and flag(node.get("options", ()), "full")
    mode = LockMode.ACCESS_EXCLUSIVE if full else LockMode.SHARE_UPDATE_EXCLUSIVE
    for item in node.get("rels", ()):
        work = frozenset({Work.REWRITE}) if full else NO_WORK
        yield Lock(relation_name(item["VacuumRelation"]["relation"]), mode, work)


def _reindex(node: Node, _major: int) -> Locks:
    if "relation" not in node:
        return
    concurrent = flag(node.get("params", ()), "concurrently")
    index = node["kind"] == "REINDEX_OBJECT_INDEX"
    table = LockMode.SHARE_UPDATE_EXCLUSIVE if concurrent else LockMode.SHARE
    name = relation_name(node["relation"])
    if index:
        yield Lock(name, LockMode.SHARE_UPDATE_EXCLUSIVE if concurrent else LockMode.ACCESS_EXCLUSIVE)
    yield Lock(name, table, frozenset({Work.INDEX}), of_index=index)


def _publication(node: Node, _major: int) -> Locks:
    for item in node.get("pubobjects", ()):
        table = item["PublicationObjSpec"].get("pubtable")
        if table:
            yield Lock(relation_name(table["relation"]), LockMode.SHARE_UPDATE_EXCLUSIVE)


_READERS: dict[str, Reader] = {
    "SelectStmt": _query("SelectStmt"),
    "InsertStmt": _query("InsertStmt"),
    "UpdateStmt": _query("UpdateStmt"),
    "DeleteStmt": _query("DeleteStmt"),
    "MergeStmt": _query("MergeStmt"),
    "CopyStmt": _copy,
    "TruncateStmt": _truncate,
    "LockStmt": _lock,
    "CreateStmt": _create_table,
    "CreateTableAsStmt": _create_table_as,
    "ViewStmt": _create_view,
    "RefreshMatViewStmt": _refresh,
    "IndexStmt": _create_index,
    "CreateTrigStmt": _create_trigger,
    "RuleStmt": _target(LockMode.ACCESS_EXCLUSIVE),
    "CreatePolicyStmt": _policy,
    "AlterPolicyStmt": _policy,
    "CreateStatsStmt": _create_statistics,
    "CreateSeqStmt": _sequence(None),
    "AlterSeqStmt": _sequence(LockMode.SHARE_ROW_EXCLUSIVE),
    "AlterTableStmt": alter_table,
    "RenameStmt": _rename,
    "AlterObjectSchemaStmt": _target(LockMode.ACCESS_EXCLUSIVE),
    "DropStmt": _drop,
    "CommentStmt": _comment,
    "VacuumStmt": _vacuum,
    "ClusterStmt": _cluster,
    "ReindexStmt": _reindex,
    "CreatePublicationStmt": _publication,
    "AlterPublicationStmt": _publication,
}
