"""Which module writes which kind."""

from collections.abc import Iterator

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve import access
from schemactl.evolve.context import Context
from schemactl.evolve.dependencies import is_of_range
from schemactl.evolve.expand import DEFAULT, IDENTITY, INDEX_PLACE, NOT_NULL, PLACE
from schemactl.evolve.model import Objects, Step
from schemactl.evolve.naming import comment, dotted
from schemactl.evolve.writers import columns, constraints, indexes, others, routines, tables, types, views
from schemactl.sql.names import literal, quoted

TYPES = frozenset({"enum", "domain", "range type", "composite type"})
TABLES = frozenset({"table", "foreign table"})
_VIEWS = frozenset({"view", "materialized view"})
_ROUTINES = frozenset({"function", "procedure"})


def create(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """Everything that makes the object what it is: itself, its owner, its grants, its comment."""
    yield from _create(identity, a, context)
    if identity.kind == "default privileges":
        return
    yield from access.owner(identity, None, a, context)
    yield from access.grants(identity, None, a, context)
    if "comment" in a and identity.kind != "extension":
        yield Step(comment(identity, a["comment"]))
    if "not_null_comment" in a:
        yield Step(_not_null_comment(identity, a))


def alter(identity: Identity, before: Attributes, after: Attributes, context: Context) -> Iterator[Step]:
    """Everything that turns one into the other."""
    if identity.kind == "default privileges":
        yield from access.default_privileges(identity, before, after)
        return
    yield from access.owner(identity, before, after, context)
    yield from _alter(identity, before, after, context)
    yield from access.grants(identity, before, after, context)
    if before.get("comment") != after.get("comment"):
        yield Step(comment(identity, after.get("comment")))
    if before.get("not_null_comment") != after.get("not_null_comment"):
        yield Step(_not_null_comment(identity, after))


def drop(identity: Identity, a: Attributes, objects: Objects, *, quickly: bool = False) -> Iterator[Step]:
    """What takes the object, one of `objects`, away."""
    match identity.kind:
        case kind if kind in TABLES:
            yield tables.drop(identity)
        case kind if kind in _VIEWS:
            yield views.drop(identity)
        case kind if kind in TYPES:
            yield types.drop(identity)
        case "function" | "procedure" | "aggregate":
            yield routines.drop(identity)
        case "column":
            yield from columns.drop(identity, a)
        case kind if kind == DEFAULT:
            yield from columns.drop_default(identity, a)
        case kind if kind == NOT_NULL:
            yield from columns.drop_not_null(identity, a, objects)
        case kind if kind == IDENTITY:
            yield columns.drop_identity(identity, a)
        case kind if kind == PLACE:
            yield from tables.unplace(identity, a)
        case "constraint":
            yield from constraints.drop(identity, a)
        case "index":
            yield from indexes.drop(identity, a, quickly=quickly)
        case "trigger":
            if not a.get("inherited"):
                yield routines.drop_trigger(identity)
        case "default privileges":
            yield from access.default_privileges(identity, a, None)
        case kind if kind == INDEX_PLACE:
            return
        case _:
            yield others.drop(identity)


def alterable(identity: Identity, before: Attributes, after: Attributes, was: Objects, now: Objects) -> bool:
    """Whether the object changes in place; otherwise it is dropped and made again."""
    match identity.kind:
        case kind if kind in TABLES:
            return True
        case kind if kind in _VIEWS:
            return views.alterable(identity, before, after, was, now)
        case kind if kind in TYPES:
            return types.alterable(identity, before, after)
        case kind if kind in _ROUTINES:
            return routines.alterable(before, after)
        case "aggregate":
            return all(before.get(key) == after.get(key) for key in ("arguments", "result", "state_type", "type"))
        case "column":
            return _alterable_column(before, after)
        case "constraint":
            return constraints.alterable(before, after)
        case "index":
            return indexes.alterable(before, after)
        case "trigger":
            constraint = "CREATE CONSTRAINT"
            return not any(str(a["definition"]).startswith(constraint) for a in (before, after)) or (
                before["definition"] == after["definition"]
            )
        case "event trigger":
            return all(before.get(key) == after.get(key) for key in ("event", "tags", "function"))
        case "rule" | "domain constraint":
            return True
        case kind if kind in (DEFAULT, NOT_NULL, IDENTITY):
            return True
        case kind if kind == PLACE:
            return tables.movable(before, after)
        case kind if kind == INDEX_PLACE:
            return before == after
        case _:
            return others.alterable(identity, before, after)


def _create(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    match identity.kind:
        case kind if kind in TABLES:
            yield from tables.create(identity, a, context)
        case kind if kind in _VIEWS:
            yield from views.create(identity, a)
        case kind if kind in TYPES:
            yield from types.create(identity, a, context)
        case kind if kind in _ROUTINES:
            yield from routines.create(identity, a)
        case "aggregate":
            yield from routines.create_aggregate(identity, a)
        case "column":
            if identity in context.inline and context.is_fresh(identity):
                yield from columns.extras(identity, a)
            elif Identity("composite type", identity.path[:2]) not in context.fresh_types:
                yield from columns.create(identity, a, context)
        case kind if kind in (DEFAULT, NOT_NULL, IDENTITY, "constraint") and identity in context.inline:
            return
        case kind if kind == DEFAULT:
            yield from columns.create_default(identity, a)
        case kind if kind == NOT_NULL:
            yield from columns.create_not_null(identity, a, context)
        case kind if kind == IDENTITY:
            yield from columns.create_identity(identity, a, context)
        case kind if kind == PLACE:
            yield from tables.place(identity, a, context)
        case kind if kind == INDEX_PLACE:
            yield from constraints.attached(identity, a)
        case "constraint":
            yield from constraints.create(identity, a, context)
        case "domain constraint":
            fresh = Identity("domain", identity.path[:2]) in context.fresh_types
            yield from types.create_constraint(identity, a, fresh=fresh)
        case "cast" if is_of_range(identity.path, context.after):
            return
        case "index":
            yield from indexes.create(identity, a, context)
        case "trigger":
            yield from routines.create_trigger(identity, a)
        case "event trigger":
            yield from routines.create_event_trigger(identity, a)
        case "rule":
            yield from views.create_rule(identity, a)
        case "default privileges":
            yield from access.default_privileges(identity, None, a)
        case _:
            yield from others.create(identity, a)


def _alter(identity: Identity, before: Attributes, after: Attributes, context: Context) -> Iterator[Step]:
    match identity.kind:
        case kind if kind in TABLES:
            yield from tables.alter(identity, before, after)
        case kind if kind in _VIEWS:
            yield from views.alter(identity, before, after)
        case kind if kind in TYPES:
            yield from types.alter(identity, before, after)
        case kind if kind in _ROUTINES:
            if _without_access(before) != _without_access(after):
                yield from routines.create(identity, after)
        case "aggregate":
            if _without_access(before) != _without_access(after):
                yield from routines.create_aggregate(identity, after)
        case "column":
            if identity in context.retyped:
                yield from columns.retype(identity, before, after, moved=identity in context.moved)
            yield from columns.alter(identity, before, after)
        case kind if kind == DEFAULT:
            if before["expression"] != after["expression"]:
                yield from columns.create_default(identity, after)
        case kind if kind == NOT_NULL:
            yield from columns.alter_not_null(identity, before, after)
        case kind if kind == IDENTITY:
            yield from columns.alter_identity(identity, before, after)
        case kind if kind == PLACE:
            yield from tables.move(identity, before, after, context)
        case "constraint":
            yield from constraints.alter(identity, before, after)
        case "domain constraint":
            yield from types.alter_constraint(identity, before, after)
        case "index":
            yield from indexes.alter(identity, before, after)
        case "trigger":
            yield from routines.alter_trigger(identity, before, after)
        case "event trigger":
            yield from routines.alter_event_trigger(identity, before, after)
        case "rule":
            yield from views.alter_rule(identity, before, after)
        case _:
            yield from others.alter(identity, before, after)


def _alterable_column(before: Attributes, after: Attributes) -> bool:
    if "generated" in after:
        return before.get("generated") == after["generated"]
    return True


def _not_null_comment(identity: Identity, a: Attributes) -> str:
    own = str(a.get("not_null_name") or f"{identity.path[1]}_{identity.path[2]}_not_null")
    text = "NULL" if a.get("not_null_comment") is None else literal(str(a["not_null_comment"]))
    return f"COMMENT ON CONSTRAINT {quoted(own)} ON {dotted(identity.path[:2])} IS {text}"


def _without_access(a: Attributes) -> dict[str, object]:
    return {key: value for key, value in a.items() if key not in ("owner", "grants", "comment")}
