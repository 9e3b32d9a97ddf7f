"""Indexes: built and dropped beside the work where their table was there before.

https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

import re
from collections.abc import Iterator

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.context import Context, Unwritten
from schemactl.evolve.expand import INDEX_PLACE
from schemactl.evolve.model import Mode, Step
from schemactl.evolve.naming import dotted, name, regclass, unless
from schemactl.sql.names import literal, quoted

_HEAD = re.compile(r"CREATE (UNIQUE )?INDEX ")


def create(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """CREATE INDEX; of a constraint's index only what stands beside its definition."""
    if a.get("valid") is False and not _is_partitioned(identity, context):
        raise Unwritten(
            f"{identity} is invalid, as a concurrent build that failed leaves it: drop it or build it again"
        )
    if "constraint" not in a:
        definition = str(a["definition"])
        if context.is_fresh(identity) or _is_partitioned(identity, context):
            note = None
            if not context.is_fresh(identity) and " ON ONLY " not in definition:
                note = f"{identity}: an index of a partitioned table is built while nobody can write to it"
            yield Step(_HEAD.sub(r"CREATE \1INDEX IF NOT EXISTS ", definition, count=1), note=note)
        else:
            yield from built(identity, definition, replace=Identity(INDEX_PLACE, identity.path) not in context.after)
    yield from _beside(identity, {}, a)


def built(identity: Identity, definition: str, *, replace: bool = True) -> Iterator[Step]:
    """CREATE INDEX CONCURRENTLY, behind the drop of what a failed build may have left."""
    if replace:
        yield Step(f"DROP INDEX CONCURRENTLY IF EXISTS {name(identity)}", Mode.ALONE)
    yield Step(_HEAD.sub(r"CREATE \1INDEX CONCURRENTLY IF NOT EXISTS ", definition, count=1), Mode.ALONE)


def drop(identity: Identity, a: Attributes, *, quickly: bool) -> Iterator[Step]:
    """DROP INDEX, beside the work unless it must be gone before its columns change."""
    if "constraint" in a:
        return
    if quickly:
        yield Step(f"DROP INDEX IF EXISTS {name(identity)}")
    else:
        yield Step(f"DROP INDEX CONCURRENTLY IF EXISTS {name(identity)}", Mode.ALONE)


def given_up(identity: Identity) -> Iterator[Step]:
    """The drop of an index whose name a constraint takes over, unless it is the constraint's already."""
    own, table = literal(identity.path[2]), regclass(identity.path[:2])
    query = f"SELECT FROM pg_constraint WHERE conname = {own} AND conrelid = {table}"
    yield Step(unless(query, f"DROP INDEX IF EXISTS {name(identity)}"))


def alterable(before: Attributes, after: Attributes) -> bool:
    """Whether only what stands beside the definition differs."""
    beside = ("comment", "clustered", "replica_identity", "statistics_targets", "tablespace", "immediate")
    keys = (before.keys() | after.keys()) - set(beside)
    return all(before.get(key) == after.get(key) for key in keys)


def alter(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """What stands beside the definition."""
    if before.get("tablespace") != after.get("tablespace"):
        space = quoted(str(after.get("tablespace") or "pg_default"))
        yield Step(f"ALTER INDEX {name(identity)} SET TABLESPACE {space}")
    yield from _beside(identity, before, after)


def _beside(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    table = dotted(identity.path[:2])
    if after.get("replica_identity") and not before.get("replica_identity"):
        yield Step(f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {quoted(identity.path[2])}")
    if after.get("clustered") and not before.get("clustered"):
        yield Step(f"ALTER TABLE {table} CLUSTER ON {quoted(identity.path[2])}")
    elif before.get("clustered") and not after.get("clustered"):
        yield Step(f"ALTER TABLE {table} SET WITHOUT CLUSTER")
    was, now = (dict(_target(item) for item in _listed(held.get("statistics_targets"))) for held in (before, after))
    for column in sorted(was.keys() | now.keys()):
        if was.get(column) != now.get(column):
            yield Step(f"ALTER INDEX {name(identity)} ALTER COLUMN {column} SET STATISTICS {now.get(column, '-1')}")


def _target(item: str) -> tuple[str, str]:
    column, _, target = item.partition("=")
    return column, target


def _listed(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()


def _is_partitioned(identity: Identity, context: Context) -> bool:
    return "partition_key" in context.after.get(Identity("table", identity.path[:2]), {})
