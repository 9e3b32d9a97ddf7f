"""Constraints: on a table in use in the forms that do not keep others out while rows are read.

CHECK and FOREIGN KEY come NOT VALID and are validated in a later file; a key adopts an index that was built beside the
work (https://www.postgresql.org/docs/current/sql-altertable.html, ADD table_constraint_using_index).
"""

import re
from collections.abc import Iterator

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.context import Context
from schemactl.evolve.expand import PLACE, is_partition
from schemactl.evolve.model import Step
from schemactl.evolve.naming import dotted, regclass, unless
from schemactl.evolve.writers.columns import timing
from schemactl.evolve.writers.indexes import built
from schemactl.sql.names import literal, quoted

_ADOPTABLE = re.compile(r"(PRIMARY KEY|UNIQUE)( NULLS NOT DISTINCT)? \((?!.* WITHOUT OVERLAPS)")
_STATE = ("deferrable", "deferred", "enforced", "validated")


def create(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """ADD CONSTRAINT; nothing for one that comes from a parent."""
    if a.get("inherited") and not _is_needed_to_attach(identity, a, context):
        return
    table, own = dotted(identity.path[:2]), quoted(identity.path[2])
    parent = Identity("table", identity.path[:2])
    partitioned = "partition_key" in context.after.get(parent, {})
    fresh = context.is_fresh(identity)
    if (
        a["type"] in ("primary key", "unique")
        and not fresh
        and not partitioned
        and _ADOPTABLE.match(str(a["definition"]))
    ):
        yield from _adopted(identity, a, context)
        return
    only = "ONLY " if partitioned and a["type"] in ("primary key", "unique", "exclude") else ""
    if a.get("validated") is False and a.get("enforced") is not False:
        late, later = " NOT VALID", False
    else:
        later = not fresh and a["type"] in ("check", "foreign key") and a.get("enforced") is not False
        later = later and not (partitioned and a["type"] == "foreign key" and context.version < 180000)
        late = " NOT VALID" if later else ""
    note = None
    if not fresh and not later and a["type"] in ("primary key", "unique", "exclude"):
        note = f"{identity}: its index is built while nobody can write to the table"
    add = f"ALTER TABLE {only}{table} ADD CONSTRAINT {own} {a['definition']}{timing(a)}{late}"
    if a["type"] in ("primary key", "unique", "exclude"):  # partitions' keys and foreign keys would go with it
        yield Step(unless(_present(identity), add), note=note)
        return
    if a["type"] == "check" and Identity(PLACE, identity.path[:2]) in context.after:  # a parent's as well by then
        yield Step(unless(_present(identity), add), note=note)
    else:
        yield Step(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {own}")
        yield Step(add, note=note)
    if later:
        yield Step(f"ALTER TABLE {table} VALIDATE CONSTRAINT {own}", later=True)


def drop(identity: Identity, a: Attributes) -> Iterator[Step]:
    """DROP CONSTRAINT; nothing for one that goes with its parent's."""
    if not a.get("inherited"):
        yield Step(
            f"ALTER TABLE IF EXISTS {dotted(identity.path[:2])} DROP CONSTRAINT IF EXISTS {quoted(identity.path[2])}"
        )


def alterable(before: Attributes, after: Attributes) -> bool:
    """Whether ALTER or VALIDATE CONSTRAINT does it."""
    same = {key: before.get(key) for key in before.keys() | after.keys() if key not in (*_STATE, "comment")}
    if any(after.get(key) != value for key, value in same.items() if key != "inherited"):
        return False
    if before.get("enforced") is False or after.get("enforced") is False:
        return before.get("enforced") == after.get("enforced")
    if before.get("validated") is True and after.get("validated") is False:
        return False
    timing_changed = any(before.get(key) != after.get(key) for key in ("deferrable", "deferred"))
    return not timing_changed or before["type"] == "foreign key"


def alter(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """The change of timing, then VALIDATE."""
    head = f"ALTER TABLE {dotted(identity.path[:2])}"
    own = quoted(identity.path[2])
    if any(before.get(key) != after.get(key) for key in ("deferrable", "deferred")):
        words = timing(after) if after.get("deferrable") else " NOT DEFERRABLE"
        words += "" if after.get("deferred") or not after.get("deferrable") else " INITIALLY IMMEDIATE"
        yield Step(f"{head} ALTER CONSTRAINT {own}{words}")
    if before.get("validated") is False and after.get("validated") is not False:
        yield Step(f"{head} VALIDATE CONSTRAINT {own}")


def _adopted(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """Build the index beside the work, then make it the constraint's."""
    index = Identity("index", identity.path)
    table, own = dotted(identity.path[:2]), quoted(identity.path[2])
    form = "PRIMARY KEY" if a["type"] == "primary key" else "UNIQUE"
    yield from built(index, str(context.after[index]["definition"]), replace=False)
    yield Step(
        unless(_present(identity), f"ALTER TABLE {table} ADD CONSTRAINT {own} {form} USING INDEX {own}{timing(a)}")
    )


def _present(identity: Identity) -> str:
    table, own = regclass(identity.path[:2]), literal(identity.path[2])
    return f"SELECT FROM pg_constraint WHERE conrelid = {table} AND conname = {own}"


def _is_needed_to_attach(identity: Identity, a: Attributes, context: Context) -> bool:
    """What a partition must have before it is attached: keys, whose indexes are attached too, and checks."""
    return a["type"] in ("primary key", "unique", "exclude") or (
        a["type"] == "check" and identity.path[:2] in context.placed and is_partition(identity.path[:2], context.after)
    )


def attached(identity: Identity, a: Attributes) -> Iterator[Step]:
    """ALTER INDEX … ATTACH PARTITION: nothing happens where it is attached already."""
    yield Step(f"ALTER INDEX {a['parent']} ATTACH PARTITION {dotted((identity.path[0], identity.path[2]))}")
