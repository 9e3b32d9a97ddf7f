"""Renames that a person states: done first, so that what stands behind them is compared under its new name.

No comparison can tell a rename from a drop and an addition. The statements are run on a clone of the first schema, and
the catalog that they leave is what the migration goes on from: the server itself renames in views, keys and defaults.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from schemactl.catalog.snapshot import Attributes, Identity, Snapshot
from schemactl.core.errors import UsageError
from schemactl.evolve.expand import RELATIONS
from schemactl.evolve.model import Mode, Part, Placed, Script, Step
from schemactl.evolve.naming import dotted, strings, when, word
from schemactl.evolve.references import NAME, qualified, unquoted
from schemactl.sql.names import literal, quoted

_FORM = re.compile(rf"({NAME}(?:\.{NAME}){{0,2}})=({NAME})")
_TYPES = ("enum", "domain", "range type", "composite type")
_WHOLE = (*RELATIONS, "sequence", *_TYPES)
_LABEL = "label"
# What carries the name of its table or column by the server's choice, and is renamed along where nothing else differs.
_FOLLOWING = ("constraint", "index", "sequence")


@dataclass(frozen=True, slots=True)
class Rename:
    """`old` in its parts, without quotes: schema, relation or type, column or label; `new` is the name of the last."""

    text: str
    old: tuple[str, ...]
    new: str


def read(text: str) -> Rename:
    """`public.users.name=full_name`. Raises UsageError."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise UsageError(
            f"not a rename: {text}",
            hint="Write --rename public.users.name=full_name: the old name with its schema, then the new name alone.",
        )
    return Rename(text, qualified(found[1]), unquoted(found[2]))


def steps(
    renames: Sequence[Rename], take: Callable[[], Snapshot], run: Callable[[str], None], goal: Snapshot
) -> tuple[Placed, ...]:
    """Do the renames by `run`, each in what `take` sees behind the one before.

    Keys, indexes and sequences of the tables concerned that differ in nothing but their names follow. Raises UsageError
    where one does not fit.
    """
    found: list[Placed] = []

    def do(identity: Identity, new: str, relation: str = "") -> None:
        placed = Placed(identity, Step(_statement(identity, new, relation), note=_note(identity, new)))
        run(placed.step.sql)
        found.append(placed)

    tables: set[tuple[str, ...]] = set()
    for rename in renames:
        now = take()
        identity, relation = _meant(rename, now, goal)
        do(identity, rename.new, relation)
        path = identity.path if identity.kind == "column" else (*identity.path[:-1], rename.new)
        tables.add(path[:2])
    if renames:
        for identity, new in _followers(take(), goal, tables):
            do(identity, new)
    return tuple(found)


def before(script: Script, placed: tuple[Placed, ...]) -> Script:
    """The script with other statements in front of everything."""
    if not placed:
        return script
    notes = tuple(one.step.note for one in placed if one.step.note)
    parts = script.parts
    if parts and parts[0].mode is Mode.TOGETHER:
        parts = (Part(Mode.TOGETHER, (*placed, *parts[0].steps)), *parts[1:])
    else:
        parts = (Part(Mode.TOGETHER, placed), *parts)
    return replace(script, parts=parts, notes=(*notes, *script.notes))


def _meant(rename: Rename, now: Snapshot, goal: Snapshot) -> tuple[Identity, str]:
    """The object, and for a column the kind of relation that has it."""
    for identity, relation in _candidates(rename.old, now):
        target = Identity(identity.kind, (*identity.path[:-1], rename.new))
        if not _is_there(target, goal):
            raise UsageError(f"--rename {rename.text}: AFTER has no {target}")
        if _is_there(identity, goal):
            raise UsageError(f"--rename {rename.text}: AFTER still has {identity}")
        if _is_there(target, now):
            raise UsageError(f"--rename {rename.text}: BEFORE has {target} already")
        return identity, relation
    raise UsageError(
        f"--rename {rename.text}: BEFORE has no such schema, relation, type, column or label",
        hint="Give the name with its schema: public.users, public.users.name, public.mood.sad.",
    )


def _candidates(path: tuple[str, ...], now: Snapshot) -> Iterator[tuple[Identity, str]]:
    match len(path):
        case 1:
            kinds: tuple[str, ...] = ("schema",)
        case 2:
            kinds = _WHOLE
        case _:
            kinds = ("column", _LABEL)
    for kind in kinds:
        identity = Identity(kind, path)
        if _is_there(identity, now):
            yield identity, next((r for r in RELATIONS if Identity(r, path[:2]) in now.objects), "")


def _is_there(identity: Identity, snapshot: Snapshot) -> bool:
    if identity.kind != _LABEL:
        return identity in snapshot.objects
    return identity.path[2] in strings(snapshot.objects.get(Identity("enum", identity.path[:2]), {}).get("labels"))


def _statement(identity: Identity, new: str, relation: str) -> str:
    """ALTER … RENAME, run only where the old name is."""
    kind, path = identity
    to, own = quoted(new), quoted(path[-1])
    inside = literal(dotted(path[:2]))
    match kind:
        case "schema":
            return when(
                f"SELECT FROM pg_namespace WHERE nspname = {literal(path[0])}", f"ALTER SCHEMA {own} RENAME TO {to}"
            )
        case "column":
            query = f"SELECT FROM pg_attribute WHERE attrelid = to_regclass({inside}) AND attname = {literal(path[2])}"
            what = "ATTRIBUTE" if relation == "composite type" else "COLUMN"
            change = f"ALTER {word(relation)} {dotted(path[:2])} RENAME {what} {own} TO {to}"
            return when(f"{query} AND NOT attisdropped", change)
        case "label":
            query = f"SELECT FROM pg_enum WHERE enumtypid = to_regtype({inside}) AND enumlabel = {literal(path[2])}"
            return when(query, f"ALTER TYPE {dotted(path[:2])} RENAME VALUE {literal(path[2])} TO {literal(new)}")
        case "constraint":
            query = f"SELECT FROM pg_constraint WHERE conrelid = to_regclass({inside}) AND conname = {literal(path[2])}"
            return when(query, f"ALTER TABLE {dotted(path[:2])} RENAME CONSTRAINT {own} TO {to}")
        case _:
            found = dotted((path[0], path[-1]))
            catalog, function = ("pg_type", "to_regtype") if kind in _TYPES else ("pg_class", "to_regclass")
            query = f"SELECT FROM {catalog} WHERE oid = {function}({literal(found)})"
            return when(query, f"ALTER {word(kind)} {found} RENAME TO {to}")


def _note(identity: Identity, new: str) -> str | None:
    if identity.kind in _FOLLOWING:
        return None
    return f"{identity}: becomes {new}, and what still asks for the old name fails from then on"


def _followers(now: Snapshot, goal: Snapshot, tables: set[tuple[str, ...]]) -> Iterator[tuple[Identity, str]]:
    for kind in _FOLLOWING:
        gone = [i for i, a in _parts(now, kind, tables) if i not in goal.objects]
        come = [i for i, a in _parts(goal, kind, tables) if i not in now.objects]
        for identity in gone:
            shape = _shape(identity, now.objects[identity])
            alike = [other for other in come if _shape(other, goal.objects[other]) == shape]
            twins = [other for other in gone if _shape(other, now.objects[other]) == shape]
            if len(alike) == len(twins) == 1:
                yield identity, alike[0].path[-1]


def _parts(snapshot: Snapshot, kind: str, tables: set[tuple[str, ...]]) -> Iterator[tuple[Identity, Attributes]]:
    for identity, a in snapshot.objects.items():
        if identity.kind != kind or a.get("inherited") or "constraint" in a:
            continue
        table = qualified(str(a.get("owned_by", "")))[:2] if kind == "sequence" else identity.path[:2]
        if table in tables:
            yield identity, a


def _shape(identity: Identity, a: Attributes) -> tuple[tuple[str, ...], str]:
    """All but the name, which an index's definition holds too."""
    shown = {key: value for key, value in a.items() if key not in ("grants", "comment")}
    if identity.kind == "index":
        shown["definition"] = str(a["definition"]).replace(f" {quoted(identity.path[2])} ON ", " ON ", 1)
    return identity.path[:-1], repr(sorted(shown.items()))
