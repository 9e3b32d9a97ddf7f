"""`schemactl rls diff`: how access changes, as observed: with each migration, or from one source to another."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.core.config import Config
from schemactl.core.events import Advanced, Finished, Listener, Started, ignore
from schemactl.core.results import Cell as ReportCell
from schemactl.core.results import Json, Mood, Report, Table
from schemactl.core.words import plural
from schemactl.db.connect import connect
from schemactl.migrations.files import load
from schemactl.migrations.model import Folder, Migration, Version
from schemactl.migrations.revision import checked_out
from schemactl.rls import blame, causes, database, grid, observing
from schemactl.rls.blame import Blame
from schemactl.rls.grid import Allowed
from schemactl.rls.matrix import declared_or_guessed
from schemactl.rls.model import Operation
from schemactl.rls.observing import Observation
from schemactl.rls.probes import Cell, Verdict
from schemactl.rls.production import require_playground
from schemactl.rls.relations import Path as Relation
from schemactl.rls.wording import whose
from schemactl.sql.parse import Statement

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_TASK = "access"


@dataclass(frozen=True, slots=True)
class Delta:
    """One change of access: who gains (`+`) or loses (`-`) what on which rows, and the statement that did it."""

    sign: str
    table: Relation
    actor: str
    label: str
    operations: tuple[Operation, ...]
    statement: Statement | None = None

    @property
    def sentence(self) -> str:
        """`+ anon can select others' rows of public.notes`."""
        can = "can" if self.sign == "+" else "can no longer"
        deeds = ", ".join(operation.value for operation in self.operations)
        return f"{self.sign} {self.actor} {can} {deeds} {whose(self.label)} of {'.'.join(self.table)}"


@dataclass(frozen=True)
class Seen:
    """Access as observed at one point, with what blame needs."""

    allowed: Allowed
    observation: Observation
    culprits: dict[tuple[Relation, str, str, Operation], str]


def each_migration(config: Config, *, since: Version | None = None, listener: Listener = ignore) -> Report:
    """What every migration changes, from `since` on; those before are applied together."""
    folder = database.folder_of(config)
    blamed = blame.read(folder)
    parts: list[tuple[str, list[Delta]]] = []
    listener(Started(_TASK, len(folder.migrations)))
    with database.throwaway(config, listener) as (_, fresh), closing(connect(fresh.dsn)) as owner:
        before: Seen | None = None
        for number, migration in enumerate(folder.migrations):
            listener(Advanced(_TASK, number, migration.path.name))
            early = since is not None and migration.version is not None and migration.version < since
            if not early and before is None and number:
                before = _seen(fresh.superuser_dsn, config)
            database.apply(owner, migration)
            if not early:
                after = _seen(fresh.superuser_dsn, config)
                parts.append((migration.path.name, _deltas(before, after, _of(blamed, migration))))
                before = after
    listener(Finished(_TASK))
    return _report(parts, blamed)


def two_sources(config: Config, before: str, after: str, *, listener: Listener = ignore) -> Report:
    """What changes from one source to another: a folder of migrations, `git:REF`, or the DSN of a database."""
    first = _source(config, before, listener)
    second = _source(config, after, listener)
    return _report([(f"{before} → {after}", _deltas(first[0], second[0], second[1]))], second[1])


def _source(config: Config, source: str, listener: Listener) -> tuple[Seen, Blame]:
    if "://" in source or "dbname=" in source:
        with closing(connect(source)) as connection:
            require_playground(connection)
        return _seen(source, config), Blame()
    folder = _folder(config, source)
    with database.throwaway(config, listener) as (_, fresh):
        database.migrate(fresh.dsn, folder)
        return _seen(fresh.superuser_dsn, config), blame.read(folder)


def _folder(config: Config, source: str) -> Folder:
    if not source.startswith("git:"):
        return load(Path(source))
    with checked_out(source.removeprefix("git:"), config) as path:
        return load(path)


def _seen(dsn: str, config: Config) -> Seen:
    with closing(connect(dsn)) as connection, database.undone(connection):
        policies, catalog = declared_or_guessed(connection, config)
        policies = replace(policies, functions={})
        observation = observing.observe(connection, policies, catalog)
        return Seen(grid.allowed(observation.cells), observation, _culprits(connection, observation))


def _culprits(connection: "Connection", observation: Observation) -> dict[tuple[Relation, str, str, Operation], str]:
    """What lets others' rows be reached, by experiment; one's own rows need no blame."""
    cells = [cell for cell in observation.cells if _foreign(cell)]
    found: dict[tuple[Relation, str, str, Operation], str] = {}
    for cause, caused in causes.find(connection, observation, cells).items():
        for cell in caused:
            key = (cell.probe.table, cell.probe.session.actor.name, cell.case.label, cell.case.operation)
            found.setdefault(key, cause.object)
    return found


def _foreign(cell: Cell) -> bool:
    came = cell.verdict in (Verdict.ALLOW, Verdict.ERROR)
    actor = cell.probe.session.actor
    return came and not actor.bypass and not cell.probe.session.state and cell.case.operation in grid.LETTERS


def _of(blamed: Blame, migration: Migration) -> Blame:
    """Only what this migration says."""
    mine = {name: one for name, one in blamed.statements.items() if one.file == migration.file}
    return Blame(mine, blamed.sources)


def _deltas(before: Seen | None, after: Seen, blamed: Blame) -> list[Delta]:
    old = before.allowed if before else {}
    found = []
    for key in sorted({*old, *after.allowed}):
        path, actor, label = key
        if after.observation.scene.policies.actors[actor].bypass:
            continue  # it may everything, and is meant to
        had, has = old.get(key, frozenset()), after.allowed.get(key, frozenset())
        for sign, operations in (("+", has - had), ("-", had - has)):
            if operations:
                ordered = tuple(operation for operation in Operation if operation in operations)
                culprit = after.culprits.get((path, actor, label, ordered[0]), "")
                statement = blamed.of(culprit, f"table {'.'.join(path)}")
                found.append(Delta(sign, path, actor, label, ordered, statement))
    return _without_alike(found, after)


def _without_alike(deltas: Sequence[Delta], seen: Seen) -> list[Delta]:
    """An actor that is like another says nothing new where both change in the same way."""
    actors = seen.observation.scene.policies.actors
    said = {(one.sign, one.table, one.actor, one.label, one.operations) for one in deltas}
    return [
        one
        for one in deltas
        if (one.sign, one.table, actors[one.actor].like if one.actor in actors else None, one.label, one.operations)
        not in said
    ]


def _report(parts: Sequence[tuple[str, list[Delta]]], blamed: Blame) -> Report:
    rows = tuple(_rows(parts))
    count = sum(len(deltas) for _, deltas in parts)
    gained = sum(one.sign == "+" for _, deltas in parts for one in deltas)
    return Report(
        command="rls diff",
        summary=f"{plural(count, 'change')} of access: {gained} more, {count - gained} less",
        sections=(Table("Access that changes", ("migration", "change", "statement"), rows),) if rows else (),
        details={"changes": [_json(name, one) for name, deltas in parts for one in deltas]},
        sources=blamed.sources,
    )


def _rows(parts: Sequence[tuple[str, list[Delta]]]) -> Iterator[tuple[ReportCell, ...]]:
    for name, deltas in parts:
        shown = name
        for one in deltas:
            place = f"{Path(one.statement.file).name}:{one.statement.line}" if one.statement else ""
            mood = Mood.GOOD if one.sign == "-" or one.label == "own" else Mood.BAD
            yield (ReportCell(shown), ReportCell(one.sentence, mood), ReportCell(place, Mood.DIM))
            shown = ""


def _json(name: str, one: Delta) -> Json:
    return {
        "source": name,
        "sign": one.sign,
        "table": ".".join(one.table),
        "actor": one.actor,
        "class": one.label,
        "operations": [operation.value for operation in one.operations],
        "file": one.statement.file if one.statement else None,
        "line": one.statement.line if one.statement else None,
        "statement": one.statement.index if one.statement else None,
    }
