"""Columns, their defaults and NOT NULL.

A column is added without waiting for rows to be written: a default that differs from row to row is set behind it, and
NOT NULL is first a CHECK that is NOT VALID, which a later file validates; SET NOT NULL then reads nothing
(https://www.postgresql.org/docs/current/sql-altertable.html, "Notes").
"""

from collections.abc import Iterator

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.context import Context
from schemactl.evolve.expand import DEFAULT, IDENTITY, NOT_NULL, PLACE
from schemactl.evolve.model import Objects, Step
from schemactl.evolve.naming import dotted, regclass, strings, text_of, unless, when
from schemactl.evolve.references import qualified
from schemactl.evolve.writers import options, types
from schemactl.evolve.writers.casts import conversion
from schemactl.sql.names import literal, quoted

__all__ = ["alter", "create", "definition", "drop", "literal", "retype", "timing"]

_SEQUENCE = {
    "start": "START WITH", "increment": "INCREMENT BY", "minimum": "MINVALUE", "maximum": "MAXVALUE", "cache": "CACHE",
}  # fmt: skip


_MAIN = ("numeric", "inet", "cidr")


def create(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """ADD COLUMN, with its default where that is one value for all rows."""
    if a["relation"] == "composite type":
        yield from types.create_attribute(identity, a)
        return
    if a["relation"] not in ("table", "foreign table") or a.get("inherited"):
        return
    default = context.after.get(Identity(DEFAULT, identity.path))
    inline = default if default and Identity(DEFAULT, identity.path) in context.inline else None
    missing = context.after.get(Identity(NOT_NULL, identity.path))
    required = missing if Identity(NOT_NULL, identity.path) in context.inline else None
    note = None
    if a.get("generated") == "stored":
        note = f"{identity}: a stored generated column writes the table anew while nobody can use it"
    shown = definition(identity, a, inline, required, context)
    yield Step(f"{_head(identity, a)} ADD COLUMN IF NOT EXISTS {shown}", note=note)
    yield from _extras(identity, {}, a)


def drop(identity: Identity, a: Attributes) -> Iterator[Step]:
    """DROP COLUMN, with what its rows hold there."""
    if a["relation"] == "composite type":
        yield types.drop_attribute(identity)
    elif a["relation"] in ("table", "foreign table") and not a.get("inherited"):
        loses = (
            None
            if "generated" in a
            else f"what the rows of {dotted(identity.path[:2])} hold in {quoted(identity.path[2])}"
        )
        yield Step(f"{_head(identity, a)} DROP COLUMN IF EXISTS {quoted(identity.path[2])}", loses=loses)


def alter(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """What turns one into the other, its type apart."""
    if after["relation"] not in ("table", "foreign table"):
        return
    column = f"{_head(identity, after)} ALTER COLUMN {quoted(identity.path[2])}"
    if before.get("generated") and not after.get("generated"):
        yield Step(f"{column} DROP EXPRESSION IF EXISTS")
    elif before.get("default") != after.get("default"):
        yield Step(
            f"{column} SET EXPRESSION AS ({after['default']})",
            note=f"{identity}: the expression of a stored generated column changes: the table is written anew"
            if after.get("generated") == "stored"
            else None,
        )
    yield from _extras(identity, before, after)


def retype(identity: Identity, before: Attributes, after: Attributes, *, moved: bool) -> Iterator[Step]:
    """ALTER COLUMN TYPE; `moved` when the type itself is replaced, so that its values go through text."""
    if after["relation"] == "composite type":
        typed = f"{after['type']}" + (f" COLLATE {after['collation']}" if "collation" in after else "")
        yield Step(f"ALTER TYPE {dotted(identity.path[:2])} ALTER ATTRIBUTE {quoted(identity.path[2])} TYPE {typed}")
        return
    if after["relation"] not in ("table", "foreign table") or after.get("inherited"):
        return
    found = conversion(str(before["type"]), str(after["type"]), moved=moved)
    collation = f" COLLATE {after['collation']}" if "collation" in after else ""
    if "collation" in before and not collation:
        collation = ' COLLATE pg_catalog."default"'
    own = quoted(identity.path[2])
    using = f" USING {found.using.format(own)}" if found.using else ""
    yield Step(
        f"{_head(identity, after)} ALTER COLUMN {own} TYPE {after['type']}{collation}{using}",
        loses=f"{identity}: {found.loses}" if found.loses else None,
        note=f"{identity}: {_way(before, after)}, {found.note}" if found.note else None,
    )


def _way(before: Attributes, after: Attributes) -> str:
    if before["type"] == after["type"]:
        return f"to {after['type']} as it is made anew"
    return f"from {before['type']} to {after['type']}"


def create_default(identity: Identity, a: Attributes) -> Iterator[Step]:
    """SET DEFAULT. Rows that are there keep what they hold."""
    head = f"ALTER {'VIEW' if a['relation'] == 'view' else 'TABLE'} {dotted(identity.path[:2])}"
    if a["relation"] in ("table", "foreign table", "view"):
        yield Step(f"{head} ALTER COLUMN {quoted(identity.path[2])} SET DEFAULT {a['expression']}")


def drop_default(identity: Identity, a: Attributes) -> Iterator[Step]:
    """DROP DEFAULT."""
    head = f"ALTER {'VIEW' if a['relation'] == 'view' else 'TABLE'} IF EXISTS {dotted(identity.path[:2])}"
    if a["relation"] in ("table", "foreign table", "view"):
        yield Step(f"{head} ALTER COLUMN {quoted(identity.path[2])} DROP DEFAULT")


def create_not_null(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """SET NOT NULL without a long lock: a CHECK that is validated in a later file proves it."""
    if a["relation"] not in ("table", "foreign table"):
        return
    if _from_parent(identity, context.after):
        return
    table, own = dotted(identity.path[:2]), quoted(identity.path[2])
    named = text_of(a, "not_null_name")
    no_inherit = " NO INHERIT" if a.get("not_null_no_inherit") else ""
    if named or no_inherit or a.get("not_null_validated") is False:
        constraint = quoted(named or _not_null_name(identity))
        late = " NOT VALID" if a.get("not_null_validated") is False else ""
        yield Step(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        yield Step(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} NOT NULL {own}{no_inherit}{late}")
        return
    if context.is_fresh(identity) or a["relation"] == "foreign table":
        yield Step(f"ALTER TABLE {table} ALTER COLUMN {own} SET NOT NULL")
        return
    check = quoted(f"{identity.path[1][:24]}_{identity.path[2][:24]}_set")
    fails = (
        f"{Identity('column', identity.path)}: a later file fails while rows hold NULL there; fill them before it runs"
    )
    yield Step(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}")
    yield Step(f"ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({own} IS NOT NULL) NOT VALID", note=fails)
    yield Step(f"ALTER TABLE {table} VALIDATE CONSTRAINT {check}", later=True)
    yield Step(f"ALTER TABLE {table} ALTER COLUMN {own} SET NOT NULL")
    yield Step(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}")


def alter_not_null(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """Another name, or validated."""
    if after["relation"] not in ("table", "foreign table"):
        return
    head = f"ALTER TABLE {dotted(identity.path[:2])}"
    old_name, new_name = (text_of(a, "not_null_name") or _not_null_name(identity) for a in (before, after))
    new = quoted(new_name)
    if old_name != new_name:
        found = (
            f"SELECT FROM pg_constraint WHERE conrelid = {regclass(identity.path[:2])}"
            f" AND conname = {literal(old_name)}"
        )
        yield Step(when(found, f"{head} RENAME CONSTRAINT {quoted(old_name)} TO {new}"))
    if before.get("not_null_no_inherit") != after.get("not_null_no_inherit"):
        yield Step(f"{head} ALTER CONSTRAINT {new} {'NO INHERIT' if after.get('not_null_no_inherit') else 'INHERIT'}")
    if before.get("not_null_validated") is False and after.get("not_null_validated") is not False:
        yield Step(f"{head} VALIDATE CONSTRAINT {new}")


def drop_not_null(identity: Identity, a: Attributes, objects: Objects) -> Iterator[Step]:
    """DROP NOT NULL; one that came from a parent goes with the parent's."""
    if a["relation"] in ("table", "foreign table") and not _from_parent(identity, objects):
        yield Step(f"ALTER TABLE {dotted(identity.path[:2])} ALTER COLUMN {quoted(identity.path[2])} DROP NOT NULL")


def definition(
    identity: Identity, a: Attributes, default: Attributes | None, not_null: Attributes | None, context: Context
) -> str:
    """A column as CREATE TABLE and ADD COLUMN take it."""
    parts = [quoted(identity.path[2]), str(a["type"])]
    if "server_options" in a:
        parts.append(f"OPTIONS ({options.listed(strings(a['server_options']))})")
    parts += [f"COLLATE {a['collation']}"] if "collation" in a else []
    if "generated" in a:
        parts.append(f"GENERATED ALWAYS AS ({a['default']}) {str(a['generated']).upper()}")
    parts += [f"DEFAULT {default['expression']}"] if default else []
    if not_null:
        named = f"CONSTRAINT {quoted(str(not_null['not_null_name']))} " if "not_null_name" in not_null else ""
        parts.append(f"{named}NOT NULL" + (" NO INHERIT" if not_null.get("not_null_no_inherit") else ""))
    generated = Identity(IDENTITY, identity.path)
    if generated in context.inline:
        parts.append(_generated_identity(identity, context.after[generated], context))
    return " ".join(parts)


def timing(a: Attributes) -> str:
    """What stands behind a constraint's definition."""
    words = " DEFERRABLE" if a.get("deferrable") else ""
    words += " INITIALLY DEFERRED" if a.get("deferred") else ""
    return words + (" NOT ENFORCED" if a.get("enforced") is False else "")


def _generated_identity(identity: Identity, a: Attributes, context: Context) -> str:
    owned = (
        (other, held)
        for other, held in context.after.items()
        if other.kind == "sequence" and held.get("identity_of") == identity.path
    )
    found = next(owned, None)
    given = ""
    if found:
        sequence, held = found
        named = f"SEQUENCE NAME {dotted(sequence.path)}" if sequence.path[1] != _sequence_name(identity) else ""
        given = " ".join(filter(None, (named, sequence_options(held, only_unusual=True))))
    return f"GENERATED {str(a['generated']).upper()} AS IDENTITY" + (f" ({given})" if given else "")


def sequence_options(a: Attributes, *, only_unusual: bool = False) -> str:
    """The parameters of a sequence; `only_unusual` leaves out those that a new one of its type has anyway."""
    ascending = int(str(a.get("increment", 1))) > 0
    top = {"smallint": 2**15, "integer": 2**31}.get(str(a.get("type")), 2**63)
    usual = {"increment": 1, "cache": 1}
    usual |= {"minimum": 1, "maximum": top - 1} if ascending else {"minimum": -top, "maximum": -1}
    usual["start"] = int(
        str(a.get("minimum" if ascending else "maximum", usual["minimum" if ascending else "maximum"]))
    )
    parts = [
        f"{said} {a[key]}"
        for key, said in _SEQUENCE.items()
        if key in a and not (only_unusual and int(str(a[key])) == usual[key])
    ]
    if a.get("cycle"):
        parts.append("CYCLE")
    elif not only_unusual:
        parts.append("NO CYCLE")
    return " ".join(parts)


def create_identity(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """ADD GENERATED … AS IDENTITY, going on behind the numbers that are there."""
    table, own = dotted(identity.path[:2]), quoted(identity.path[2])
    column = f"{_head(identity, a)} ALTER COLUMN {own}"
    query = (
        f"SELECT FROM pg_attribute WHERE attrelid = {regclass(identity.path[:2])}"
        f" AND attname = {literal(identity.path[2])} AND attidentity <> ''"
    )
    yield Step(unless(query, f"{column} ADD {_generated_identity(identity, a, context)}"))
    if identity.path[:2] not in context.fresh:
        yield Step(
            f"SELECT setval(pg_get_serial_sequence({literal(table)}, {literal(identity.path[2])}), max({own}))\n"
            f"FROM {table} HAVING max({own}) IS NOT NULL",
            note=f"{Identity('column', identity.path)}: the new sequence goes on behind the highest number there is",
        )


def drop_identity(identity: Identity, a: Attributes) -> Step:
    """DROP IDENTITY, with its sequence."""
    return Step(f"{_head(identity, a)} ALTER COLUMN {quoted(identity.path[2])} DROP IDENTITY IF EXISTS")


def alter_identity(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """ALWAYS or BY DEFAULT."""
    if before["generated"] != after["generated"]:
        column = f"{_head(identity, after)} ALTER COLUMN {quoted(identity.path[2])}"
        yield Step(f"{column} SET GENERATED {str(after['generated']).upper()}")


def _extras(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    column = f"{_head(identity, after)} ALTER COLUMN {quoted(identity.path[2])}"
    if before.get("storage") != after.get("storage"):
        usual = "main" if str(after["type"]).startswith(_MAIN) else "extended"  # SET STORAGE DEFAULT came with 16
        yield Step(f"{column} SET STORAGE {text_of(after, 'storage', usual).upper()}")
    if before.get("compression") != after.get("compression"):
        yield Step(f"{column} SET COMPRESSION {text_of(after, 'compression', 'default')}")
    if before.get("statistics_target") != after.get("statistics_target"):
        yield Step(f"{column} SET STATISTICS {text_of(after, 'statistics_target', '-1')}")
    if before and before.get("server_options") != after.get("server_options"):
        yield from options.foreign(column, strings(before.get("server_options")), strings(after.get("server_options")))
    was, now = (dict(o.split("=", 1) for o in strings(held.get("options"))) for held in (before, after))
    if gone := [key for key in was if key not in now]:
        yield Step(f"{column} RESET ({', '.join(gone)})")
    if new := [f"{key} = {value}" for key, value in now.items() if was.get(key) != value]:
        yield Step(f"{column} SET ({', '.join(new)})")


def extras(identity: Identity, a: Attributes) -> Iterator[Step]:
    """What CREATE TABLE does not say of a column."""
    if a["relation"] in ("table", "foreign table"):
        yield from _extras(identity, {}, a)


def _head(identity: Identity, a: Attributes) -> str:
    word = "FOREIGN TABLE" if a["relation"] == "foreign table" else "TABLE"
    return f"ALTER {word} {dotted(identity.path[:2])}"


def _from_parent(identity: Identity, objects: Objects) -> bool:
    """Whether a parent's column is NOT NULL too, and hands that down."""
    held = objects.get(Identity(PLACE, identity.path[:2]), {})
    return bool(objects[Identity("column", identity.path)].get("inherited")) and any(
        Identity(NOT_NULL, (*qualified(parent), identity.path[2])) in objects
        for parent in strings(held.get("inherits"))
    )


def _not_null_name(identity: Identity) -> str:
    return f"{identity.path[1]}_{identity.path[2]}_not_null"


def _sequence_name(identity: Identity) -> str:
    return f"{identity.path[1]}_{identity.path[2]}_seq"
