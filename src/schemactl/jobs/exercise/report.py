"""What the exercise shows: a grid of job tables and checks, findings, and one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemactl.core.findings import Finding, with_distinct_fingerprints
from schemactl.core.results import Cell, Mood, Report, Skipped, Table
from schemactl.core.words import plural
from schemactl.jobs.exercise.breach import Breach, Figure, NotTried


@dataclass
class Outcome:
    """What the checks of one job table gave, by check; `figures` are counts to be told."""

    by_check: dict[str, list[Breach | NotTried]] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)

    def add(self, check: str, found: Sequence[Breach | NotTried | Figure]) -> None:
        """Keep what a check gave."""
        self.by_check[check] = [one for one in found if not isinstance(one, Figure)]
        for one in found:
            if isinstance(one, Figure):
                self.figures[check] = one.text

    @property
    def breaches(self) -> list[Breach]:
        """What is broken."""
        return [one for found in self.by_check.values() for one in found if isinstance(one, Breach)]

    @property
    def not_tried(self) -> list[NotTried]:
        """What could not be tried."""
        return [one for found in self.by_check.values() for one in found if isinstance(one, NotTried)]


@dataclass(frozen=True, slots=True)
class Exercised:
    """A run: outcomes by job table, and where they were seen."""

    outcomes: Mapping[str, Outcome]
    findings: tuple[Finding, ...]
    checks: tuple[str, ...]
    sources: Mapping[str, str]
    server: str
    seconds: float


def report(run: Exercised) -> Report:
    """The report of a run."""
    findings = with_distinct_fingerprints(run.findings)
    skipped = [one for outcome in run.outcomes.values() for one in outcome.not_tried]
    rows = tuple((Cell(check), *(_cell(outcome, check) for outcome in run.outcomes.values())) for check in run.checks)
    what = f"{plural(len(run.outcomes), 'job table')}, {plural(len(run.checks), 'check')} on {run.server}"
    ended = plural(len(findings), "finding") if findings else "every check passed"
    return Report(
        command="jobs exercise",
        summary=f"{what} in {run.seconds:.1f} s: {ended}",
        findings=findings,
        skipped=tuple(Skipped(one.what, one.reason) for one in skipped),
        sections=(Table("Jobs", ("check", *run.outcomes), rows), *_figures(run)),
        details={
            "seconds": round(run.seconds, 3),
            "jobs": [
                {
                    "name": name,
                    "checks": {check: _word(outcome, check) for check in run.checks},
                    "figures": outcome.figures,
                }
                for name, outcome in run.outcomes.items()
            ],
        },
        sources=run.sources,
    )


def _figures(run: Exercised) -> tuple[Table, ...]:
    """What was counted: a line for each job table and check."""
    rows = tuple(
        (Cell(name), Cell(check), Cell(outcome.figures[check]))
        for check in run.checks
        for name, outcome in run.outcomes.items()
        if check in outcome.figures
    )
    return (Table("What was tried", ("job table", "check", "figures"), rows),) if rows else ()


def _cell(outcome: Outcome, check: str) -> Cell:
    match _word(outcome, check):
        case "passed":
            return Cell("✓", Mood.GOOD)
        case "failed":
            broken = sum(isinstance(one, Breach) for one in outcome.by_check[check])
            return Cell(plural(broken, "error"), Mood.BAD)
        case _:
            return Cell("not checked", Mood.WARN)


def _word(outcome: Outcome, check: str) -> str:
    found = outcome.by_check.get(check, [])
    if any(isinstance(one, Breach) for one in found):
        return "failed"
    return "not checked" if found else "passed"
