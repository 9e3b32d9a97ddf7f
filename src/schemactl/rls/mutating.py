"""`schemactl rls mutate`: would the test notice? Each mutant must make a cell fail that passed before."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from schemactl.core.config import Config
from schemactl.core.errors import UsageError
from schemactl.core.events import Advanced, Finished, Listener, Started, ignore
from schemactl.core.findings import Evidence, Finding, Severity, Span, fingerprint
from schemactl.core.results import Cell as ReportCell
from schemactl.core.results import Json, Mood, Report, Table
from schemactl.core.words import plural
from schemactl.db.connect import connect
from schemactl.rls import binding, blame, database, observing, probing, reading
from schemactl.rls.blame import Blame
from schemactl.rls.model import Policies
from schemactl.rls.mutants import Mutant, mutants
from schemactl.rls.observing import Observer

SURVIVED, UNUSED = "surviving-mutant", "unused-survivor"
_TASK = "mutants"


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant, how many cells noticed it, the written reason why none needs to. `failure`: it could not be made."""

    mutant: Mutant
    noticed: int
    reason: str | None = None
    failure: str | None = None

    @property
    def survived(self) -> bool:
        """Whether nothing noticed it and nobody wrote why."""
        return not self.noticed and self.reason is None and self.failure is None


def run(config: Config, *, listener: Listener = ignore) -> Report:
    """Mutate every policy of the tables that the files name, on a throwaway server.

    Raises UsageError where `rls test` does not pass: a test that fails anyway notices nothing.
    """
    policies = reading.load(config.policies_path)
    folder = database.folder_of(config)
    blamed = blame.read(folder)
    with database.throwaway(config, listener) as (_, fresh):
        database.migrate(fresh.dsn, folder)
        with closing(connect(fresh.superuser_dsn)) as connection:
            catalog = observing.catalog_of(connection, policies)
            binding.require(policies, catalog)
            with database.undone(connection):
                tried = _try_all(observing.observer(connection, policies, catalog), listener)
    return _report(policies, blamed, tried)


def _try_all(watch: Observer, listener: Listener) -> list[Tried]:
    failing = sum(not cell.passed for cell in watch.look())
    if failing:
        raise UsageError(
            f"`schemactl rls test` does not pass: {plural(failing, 'cell')} not as declared",
            hint="Mutants say something only of a test that passes.",
        )
    schemas = {path[0] for path in watch.policies.tables}
    granted = probing.privileges(watch.connection, watch.policies, schemas)
    found = list(mutants(watch.policies, watch.catalog.relations, granted))
    listener(Started(_TASK, len(found)))
    tried = []
    for number, mutant in enumerate(found):
        listener(Advanced(_TASK, number, mutant.object))
        tried.append(_try(watch, mutant))
    listener(Finished(_TASK))
    return tried


def _try(watch: Observer, mutant: Mutant) -> Tried:
    """Make the mutant, look, take it back. Other tables are asked only where the table itself notices nothing."""
    import psycopg

    try:
        with watch.connection.transaction(force_rollback=True):
            watch.connection.execute(mutant.sql.encode())
            noticed = sum(not cell.passed for cell in watch.look([mutant.table], calls=False))
            if not noticed:
                noticed = sum(not cell.passed for cell in watch.look())
    except psycopg.Error as error:
        return Tried(mutant, 0, failure=str(error.diag.message_primary))
    return Tried(mutant, noticed, None if noticed else _reason(watch.policies, mutant))


def _reason(policies: Policies, mutant: Mutant) -> str | None:
    name = f"{mutant.object}: {mutant.name}"
    return next((reason for pattern, reason in policies.survivors.items() if fnmatchcase(name, pattern)), None)


def _report(policies: Policies, blamed: Blame, tried: list[Tried]) -> Report:
    made = [one for one in tried if one.failure is None]
    killed = sum(one.noticed > 0 for one in made)
    excused = [one for one in made if one.reason]
    survivors = [one for one in made if one.survived]
    score = 100 * (killed + len(excused)) // len(made) if made else 0
    findings = (*(_survivor(blamed, one) for one in survivors), *_unused(policies, made))
    rows = tuple(
        (ReportCell(one.mutant.object), ReportCell(one.mutant.name), ReportCell(one.reason or "", Mood.DIM))
        for one in excused
    )
    said = f", {len(excused)} survive for a written reason" if excused else ""
    return Report(
        command="rls mutate",
        summary=f"{plural(len(made), 'mutant')}, {killed} noticed{said}: mutation score {score} %",
        findings=findings,
        sections=(Table("Survivors with a reason", ("what", "mutant", "reason"), rows),) if rows else (),
        details=_details(tried, score),
        sources={**blamed.sources, **policies.files},
        failed=not made,
    )


def _survivor(blamed: Blame, one: Tried) -> Finding:
    mutant = one.mutant
    finding = Finding(
        rule=SURVIVED,
        severity=Severity.ERROR,
        message=f"{mutant.object}, {mutant.name}: no cell notices. What it guards is written in no policies file.",
        evidence=Evidence.EXECUTED,
        object=mutant.object,
        hint="Say in the policies what it is there for, or below `survivors:` why nobody can tell:\n"
        f'"{mutant.object}: {mutant.name}": the reason',
        repro=f"{mutant.sql};\n",
    )
    statement = blamed.of(mutant.object, f"table {'.'.join(mutant.table)}")
    if statement:
        finding = replace(finding, span=statement.span, statement=statement.index)
    return replace(finding, fingerprint=fingerprint(finding, mutant.name))


def _unused(policies: Policies, made: list[Tried]) -> list[Finding]:
    """Reasons that excuse nothing any more."""
    survived = [f"{one.mutant.object}: {one.mutant.name}" for one in made if not one.noticed]
    file = next(iter(policies.files))
    return [
        Finding(
            rule=UNUSED,
            severity=Severity.WARNING,
            message=f"`survivors`: `{pattern}` names no mutant that survives.",
            evidence=Evidence.EXECUTED,
            span=Span(file, 1, 1, 1, 1),
            object=pattern,
            hint="Take the line out.",
        )
        for pattern in policies.survivors
        if not any(fnmatchcase(name, pattern) for name in survived)
    ]


def _details(tried: list[Tried], score: int) -> Mapping[str, Json]:
    return {
        "score": score,
        "mutants": [
            {
                "object": one.mutant.object,
                "name": one.mutant.name,
                "sql": one.mutant.sql,
                "noticed_by": one.noticed,
                "reason": one.reason,
                "failure": one.failure,
            }
            for one in tried
        ],
    }
