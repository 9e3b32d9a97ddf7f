"""The migration that turns one schema into another: a plan's objects as statements, and the statements in files.

Statements that want a transaction and those that want none go into files of their own, and what must be committed
first, or must not wait under the locks of what stands before it, into a later one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from schemactl.catalog.snapshot import Attributes, Identity, Snapshot
from schemactl.catalog.versions import comparable
from schemactl.core.words import plural
from schemactl.evolve import access
from schemactl.evolve.context import Context, Unwritten
from schemactl.evolve.expand import DEFAULT, IDENTITY, PLACE, expand
from schemactl.evolve.model import Mode, Objects, Part, Placed, Script, Step
from schemactl.evolve.naming import dotted, strings, unless, unless_used, when, word
from schemactl.evolve.planning import Plan, plan
from schemactl.evolve.references import qualified
from schemactl.evolve.writers import dispatch, indexes, tables
from schemactl.evolve.writers.types import is_subsequence, renamed
from schemactl.sql.names import literal, quoted

_CHECKS_OFF = Step("SET LOCAL check_function_bodies = off")
_BODIES = Identity("setting", ("check_function_bodies",))
_OLD_TYPE = "former type"
_USED = frozenset(
    {
        "function", "procedure", "aggregate", "operator", "domain", "enum", "range type", "composite type", "collation",
        "view", "text search configuration", "text search dictionary",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Work:
    """The steps for one object; `after` must be in the same file or before, `commits` in one before."""

    object: Identity
    steps: tuple[Step, ...]
    after: frozenset[Identity] = frozenset()
    commits: frozenset[Identity] = frozenset()


def write(before: Snapshot, after: Snapshot, owner: str) -> Script:
    """Every statement that turns `before` into `after`, in files; what cannot be written is told, never raised.

    Where the servers' versions differ it is written for the older one, which reads what the newer one reads too.

    `owner` is the role that will run it: what it makes is its own from the start.
    """
    version = min(before.server_version, after.server_version)
    was, now = map(expand, comparable(before, after))
    found = plan(was, now, version)
    context = _context(found, version, owner)
    unwritten: list[str] = []
    works = [*_dropping(found, unwritten), *_making(found, context, unwritten), *_former_types(found)]
    works = _with_commits(works, was, now)
    parts = tuple(_with_settings(part, found) for part in _parts(works))
    steps = [placed.step for part in parts for placed in part.steps]
    return Script(
        parts=parts,
        losses=tuple(dict.fromkeys(step.loses for step in steps if step.loses)),
        notes=tuple(dict.fromkeys([step.note for step in steps if step.note] + list(_possible_renames(found)))),
        unwritten=tuple(dict.fromkeys(unwritten)),
    )


def _context(found: Plan, version: int, owner: str) -> Context:
    relations = {*dispatch.TABLES, "view", "materialized view"}
    return Context(
        before=found.before,
        after=found.after,
        owner=owner,
        version=version,
        fresh=frozenset(identity.path for identity in found.created if identity.kind in relations),
        fresh_types=frozenset(identity for identity in found.created if identity.kind in dispatch.TYPES),
        retyped=found.retyped,
        moved=found.moved,
        placed=frozenset(identity.path for identity in found.created if identity.kind == PLACE),
        inline=found.inline,
    )


def _dropping(found: Plan, unwritten: list[str]) -> Iterator[_Work]:
    changing = {i.path[:2] for i in (*found.retyped, *found.drops) if i.kind == "column"}
    for identity in found.makes:
        if identity.kind == PLACE and identity not in found.created:
            steps = tuple(tables.leave(identity, found.before[identity], found.after[identity]))
            yield _Work(Identity("table", identity.path), steps)
    for identity in found.again:
        yield _Work(identity, tuple(dispatch.drop(identity, found.after[identity], found.after)))
    for identity in (drop for drop in found.drops if drop not in found.late):
        a = found.before[identity]
        if identity in found.moved_types:
            yield _Work(identity, tuple(_renaming(identity, a, found.after[identity])))
            continue
        try:
            steps = tuple(dispatch.drop(identity, a, found.before, quickly=identity.path[:2] in changing))
        except Unwritten as error:
            unwritten.append(str(error))
            continue
        index = found.after.get(identity, {}) if identity.kind == "index" else {}
        if "constraint" in index:
            steps = tuple(indexes.given_up(identity))
        if identity.kind == DEFAULT and Identity(IDENTITY, identity.path) in found.after:
            steps = tuple(replace(step, sql=_unless_identity(identity, step.sql)) for step in steps)
        if identity in found.created:
            steps = tuple(_patient(step, identity, found) for step in steps)
        if steps:
            yield _Work(identity, steps)


def _unless_identity(column: Identity, statement: str) -> str:
    table, own = literal(dotted(column.path[:2])), literal(column.path[2])
    found = f"SELECT FROM pg_attribute WHERE attrelid = to_regclass({table}) AND attname = {own} AND attidentity <> ''"
    return unless(found, statement)


def _renaming(identity: Identity, *sides: Attributes) -> Iterator[Step]:
    """Another name for a type, and for its multirange, as long as columns of it stay."""
    schema, own = identity.path
    for was in dict.fromkeys([own, *(qualified(str(a["multirange"]))[-1] for a in sides if "multirange" in a)]):
        old, new = dotted((schema, was)), dotted((schema, renamed(was)))
        stands = f"SELECT FROM pg_type WHERE oid = to_regtype({literal(old)}) AND to_regtype({literal(new)}) IS NULL"
        yield Step(when(stands, f"ALTER {word(identity.kind)} {old} RENAME TO {quoted(renamed(was))}"))


def _patient(step: Step, identity: Identity, found: Plan) -> Step:
    """The drop of what is made again; when it runs once more, new objects may depend on it already."""
    if identity.kind == "sequence" and "identity_of" in found.after[identity]:
        step = replace(step, loses=None)
    step = replace(step, loses=None) if identity.kind not in ("column", "sequence", "extension") else step
    stands = identity.kind in _USED
    used = any(identity in needed for needed in found.needs.hard.values())
    if stands and used and step.mode is Mode.TOGETHER:
        return replace(step, sql=unless_used(step.sql))
    return step


def _making(found: Plan, context: Context, unwritten: list[str]) -> Iterator[_Work]:
    present = frozenset(found.makes)
    for identity in found.makes:
        after = found.after[identity]
        try:
            if identity in found.created:
                steps = tuple(dispatch.create(identity, after, context))
            else:
                steps = tuple(_altering(identity, found, context))
        except Unwritten as error:
            unwritten.append(str(error))
            continue
        needed = (found.needs.hard[identity] | found.needs.soft[identity]) & present
        yield _Work(identity, steps, frozenset(needed))


def _altering(identity: Identity, found: Plan, context: Context) -> Iterator[Step]:
    before, after = found.before[identity], found.after[identity]
    yield from dispatch.alter(identity, before, after, context)
    if identity.kind in ("table", "foreign table", "view", "materialized view"):
        for column in sorted(access.regranted(identity, before, after, context)):
            yield from access.grants(column, None, found.after[column], context)


def _former_types(found: Plan) -> Iterator[_Work]:
    for identity in found.moved_types:
        gone = Step(f"DROP {word(identity.kind)} IF EXISTS {dotted((identity.path[0], renamed(identity.path[1])))}")
        yield _Work(Identity(_OLD_TYPE, identity.path), (gone,), frozenset(found.makes))
    for identity in (drop for drop in found.drops if drop in found.late):
        steps = tuple(dispatch.drop(identity, found.before[identity], found.before))
        yield _Work(identity, steps, frozenset(found.makes))


def _with_commits(works: Iterable[_Work], was: Objects, now: Objects) -> list[_Work]:
    """Who uses a label that the script adds must wait for its commit (PostgreSQL manual, ALTER TYPE, "Notes")."""
    listed = list(works)
    added: dict[Identity, tuple[str, ...]] = {}
    for work in listed:
        if work.object.kind == "enum" and work.object in was and work.object in now:
            old, new = (strings(objects[work.object].get("labels")) for objects in (was, now))
            if is_subsequence(old, new):
                added[work.object] = tuple(literal(label) for label in new if label not in old)
    return [
        replace(
            work,
            commits=frozenset(
                enum
                for enum, labels in added.items()
                if enum != work.object and any(label in step.sql for label in labels for step in work.steps)
            ),
        )
        for work in listed
    ]


def _parts(works: Iterable[_Work]) -> Iterator[Part]:
    """Each step into the first file that it may stand in; files of the two modes take turns, empty ones go."""
    files: dict[int, list[Placed]] = {}
    done: dict[Identity, int] = {}
    for work in works:
        file = max((done[other] for other in work.after if other in done), default=0)
        file = max(file, done.get(work.object, 0))
        file = max([file, *(done[other] + 1 for other in work.commits if other in done)])
        for step in work.steps:
            file += 1 if step.later else 0
            file += (file - step.mode.value) % 2
            files.setdefault(file, []).append(Placed(work.object, step))
        done[work.object] = file
    for file, steps in sorted(files.items()):
        yield Part(Mode(file % 2), tuple(steps))


def _with_settings(part: Part, found: Plan) -> Part:
    """A body may name what is made, or changes, behind it only: nobody looks into it yet, as in what pg_dump writes."""
    makes_functions = any(placed.object.kind in ("function", "procedure") for placed in part.steps)
    if part.mode is Mode.ALONE or not makes_functions or len(found.makes) == 1:
        return part
    return replace(part, steps=(Placed(_BODIES, _CHECKS_OFF), *part.steps))


def _possible_renames(found: Plan) -> Iterator[str]:
    """What looks like a rename: in its place the old one is dropped and the new one added."""
    for kind in ("column", "table", "view"):
        gone = [i for i in found.drops if i.kind == kind and i not in found.created]
        new = [i for i in found.makes if i.kind == kind and i in found.created and i not in found.before]
        for old in gone:
            alike = [other for other in new if _alike(old, other, found)]
            if len(alike) == 1:
                yield _possible(old, alike[0].path[-1], f"{old} goes and {alike[0]} comes, of the same form")
    for identity, a in found.before.items():
        if identity.kind == "enum" and identity in found.after:
            was, now = (strings(held.get("labels")) for held in (a, found.after[identity]))
            lost, won = set(was) - set(now), set(now) - set(was)
            if len(lost) == len(won) == 1 and was.index(min(lost)) == now.index(min(won)):
                label = Identity("label", (*identity.path, min(lost)))
                yield _possible(label, min(won), f"{label} goes and {min(won)} comes in its place")


def _possible(old: Identity, new: str, told: str) -> str:
    return f"{told}: if that is a rename, say --rename {dotted(old.path)}={quoted(new)}"


def _alike(old: Identity, new: Identity, found: Plan) -> bool:
    if old.kind == "column":
        same = old.path[:2] == new.path[:2] and old.path[:2] not in {i.path for i in found.drops if i.kind == "table"}
        return same and found.before[old].get("type") == found.after[new].get("type")
    return old.path[0] == new.path[0] and _shape(old, found.before) == _shape(new, found.after) != ()


def _shape(identity: Identity, objects: Objects) -> tuple[tuple[object, ...], ...]:
    columns = (
        (i.path[2], a.get("type")) for i, a in objects.items() if i.kind == "column" and i.path[:2] == identity.path
    )
    return tuple(sorted(columns, key=str))


def summary(script: Script) -> Mapping[str, int]:
    """How many files and statements there are."""
    return {"files": len(script.parts), "statements": sum(len(part.steps) for part in script.parts)}


def title(script: Script) -> str:
    """In words: `12 statements in 2 files`."""
    counts = summary(script)
    return f"{plural(counts['statements'], 'statement')} in {plural(counts['files'], 'file')}"
