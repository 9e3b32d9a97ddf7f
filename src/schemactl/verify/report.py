"""What verify shows: a grid of migrations and checks, the findings, and one line."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemactl.core.findings import Finding, Severity, with_distinct_fingerprints, worst
from schemactl.core.results import Cell, Json, Mood, Report, Skipped, Table
from schemactl.core.words import plural
from schemactl.migrations.model import Folder, Migration, SqlFile
from schemactl.report.words import tally
from schemactl.verify.checks import FIRST
from schemactl.verify.checks.locks import Cost
from schemactl.verify.costs import as_json as cost_as_json
from schemactl.verify.costs import lock_table
from schemactl.verify.stats import Sizes
from schemactl.verify.walk import Outcome

_ROWS_SHOWN = 20
_LONGEST = 28
_PASSED = Cell("✓", Mood.GOOD)
_NOT_CHECKED = Cell("not checked", Mood.WARN)
_LEFT_OUT = Cell("–", Mood.DIM)
_STATES = {_PASSED: "passed", _NOT_CHECKED: "not checked", _LEFT_OUT: "not applicable"}
_MOODS = {Severity.ERROR: Mood.BAD, Severity.WARNING: Mood.WARN, Severity.INFO: Mood.DIM}


@dataclass(frozen=True, slots=True)
class Verified:
    """The outcomes of the checks by name, and where they were seen. Times in seconds.

    `before` counts the files on which the checks stood, `proven` those of them that an earlier run saw.
    """

    folder: Folder
    outcomes: Mapping[str, Outcome]
    provider: str
    server_version: int
    sizes: Sizes
    before: int
    proven: int
    preset: str
    start_seconds: float
    seconds: float
    interrupted: bool = False

    @property
    def reached(self) -> int:
        """How many migrations apply, so that every check walked them."""
        walked = self.outcomes[FIRST].walked
        return len(self.folder.migrations) if walked is None else self.before + walked

    @property
    def server(self) -> str:
        """`PostgreSQL 18.6 (embedded)`."""
        return f"PostgreSQL {self.server_version // 10000}.{self.server_version % 10000} ({self.provider})"


def report(verified: Verified) -> Report:
    """The report of a run."""
    findings = with_distinct_fingerprints(f for outcome in verified.outcomes.values() for f in outcome.findings)
    rows = [
        (migration, _row(migration, verified.outcomes, reached=number < verified.reached))
        for number, migration in enumerate(verified.folder.migrations)
    ]
    return Report(
        command="verify",
        summary=_summary(verified, findings),
        findings=findings,
        skipped=tuple(_skipped(verified)),
        failed=verified.interrupted,
        sections=(
            _grid(rows, tuple(verified.outcomes), verified.server),
            *lock_table(_costs(verified), verified.sizes),
        ),
        details=_details(verified, rows),
        sources={file.file: file.text for migration in verified.folder.migrations for file in _files(migration)},
    )


def _costs(verified: Verified) -> tuple[Cost, ...]:
    return tuple(cost for outcome in verified.outcomes.values() for cost in outcome.costs)


def _files(migration: Migration) -> tuple[SqlFile, ...]:
    return (migration.up, migration.down) if migration.down else (migration.up,)


def _row(migration: Migration, outcomes: Mapping[str, Outcome], *, reached: bool) -> tuple[Cell, ...]:
    """Where the chain does not apply, only the first check had a look."""
    return tuple(
        _cell(migration, outcome) if reached or check == FIRST else _NOT_CHECKED for check, outcome in outcomes.items()
    )


def _cell(migration: Migration, outcome: Outcome) -> Cell:
    files = {file.file for file in _files(migration)}
    found = [finding for finding in outcome.findings if finding.span and finding.span.file in files]
    severity = worst(found)
    if severity:
        return Cell(
            f"{len(found)} {severity}" + ("s" if len(found) > 1 and severity is not Severity.INFO else ""),
            _MOODS[severity],
        )
    skipped = any(skip.file == migration.file for skip in outcome.not_checked)
    if skipped:
        return _NOT_CHECKED
    return _LEFT_OUT if migration.file in outcome.left_out else _PASSED


def _grid(rows: list[tuple[Migration, tuple[Cell, ...]]], checks: tuple[str, ...], server: str) -> Table:
    """Every migration where they fit a screen; of many, those that did not pass."""
    fine = {_PASSED, _LEFT_OUT}
    hidden = [] if len(rows) <= _ROWS_SHOWN else [row for _, row in rows if fine.issuperset(row)]
    shown = [(migration, row) for migration, row in rows if not hidden or not fine.issuperset(row)]
    cells = [(Cell(_short(migration.path.stem)), *row) for migration, row in shown]
    if hidden:
        summed = (_PASSED if _PASSED in column else _LEFT_OUT for column in zip(*hidden, strict=True))
        cells.append((Cell(f"… {len(hidden)} more", Mood.DIM), *summed))
    return Table(f"Migrations on {server}", ("migration", *checks), tuple(cells))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _skipped(verified: Verified) -> Iterator[Skipped]:
    """One line for each reason, not for each file."""
    for check, outcome in verified.outcomes.items():
        for reason, count in Counter(skip.reason for skip in outcome.not_checked).items():
            files = [skip.file for skip in outcome.not_checked if skip.reason == reason]
            what = files[0] if count == 1 else f"{files[0]} and {count - 1} more"
            yield Skipped(f"{check}: {what}", reason)


def _summary(verified: Verified, findings: tuple[Finding, ...]) -> str:
    count = len(verified.folder.migrations)
    again = f" ({_unasked(verified)})" if verified.before else ""
    what = f"{plural(count, 'migration')}{again}, {plural(len(verified.outcomes), 'check')} on {verified.server}"
    skipped = any(outcome.not_checked for outcome in verified.outcomes.values())
    missing = "interrupted before everything was checked" if verified.interrupted else "not everything could be checked"
    said = [part for part in (tally(findings), missing if skipped or verified.interrupted else "") if part]
    return f"{what} in {verified.seconds:.1f} s: {', '.join(said) or 'every check passed'}"


def _unasked(verified: Verified) -> str:
    """Of files that stand before the changes of a branch most are only applied."""
    if verified.proven == verified.before:
        return f"{verified.proven} as they were seen before"
    return f"{verified.before} before the first that changed"


def _details(verified: Verified, rows: list[tuple[Migration, tuple[Cell, ...]]]) -> Mapping[str, Json]:
    return {
        "server": {
            "provider": verified.provider,
            "version": verified.server_version,
            "preset": verified.preset,
            "start_seconds": round(verified.start_seconds, 3),
        },
        "seconds": round(verified.seconds, 3),
        "checks": list(verified.outcomes),
        "proven_before": verified.proven,
        "interrupted": verified.interrupted,
        "locks": [cost_as_json(cost, verified.sizes) for cost in _costs(verified)],
        "migrations": [
            {
                "file": migration.file,
                "checks": {
                    check: _STATES.get(cell, "failed") for check, cell in zip(verified.outcomes, row, strict=True)
                },
            }
            for migration, row in rows
        ],
    }
