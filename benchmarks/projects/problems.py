"""What is wrong with the row security of public projects, and who says so.

`python -m benchmarks.projects.problems SAID` prints the tables; SAID is what `benchmarks.rls_public --said` wrote.
problems.tsv lists the problems of each project, one place and one consequence a line; verdicts.tsv says what a finding
is worth: the problem that it names, `harmless` (true, but nothing follows from it) or `wrong`. Findings and projects
are patterns; of those that fit, the problems count, else the first.

A problem is a

hole     a client (anon, or a signed-in user, through PostgREST and the storage API; no SQL of his own, the schemas that
         the project exposes) reads, writes or calls what nobody meant him to: by the names and comments in the schema,
         the project's own pages and screens, or because it is another's
leak     the same, but he learns no more than yes, no or a number, about something whose key he must bring
defect   a policy that cannot do what it is there for
cost     work done for each row that could be done once, or a search that no index serves: by `session` the session is
         asked, by `call` a function with constants

A finding names a problem when it is about its place and says by what way one gets in; it need not say what follows.
Taste, habit and advice that changes nothing for any client are no problem.
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SEVERITIES = ("hole", "leak", "defect", "cost")
_NAMED = {
    ("function", "schemactl"): (
        "security-definer-[!s]* function {place}(*",
        "definer-* function {place}(*",
        "access-beyond-policies function {place}(*",
    ),
    ("policy", "schemactl"): (
        'access-beyond-policies policy "{rule}" on {table}',
        "access-beyond-policies policy {place}",
    ),
    ("function", "pgrls"): ("SEC042 {place}", "SEC014 {place}", "verify escalation {place}"),
    ("function", "rlsautotest"): ("bypass function {name}(*",),
    ("session", "schemactl"): ("auth-rls-initplan policy * on {place}",),
    ("session", "pgrls"): ("PERF001 {place}.*",),
    ("index", "schemactl"): ("policy-column-without-index table {place}",),
    ("index", "pgrls"): ("PERF003 {place}.*",),
}
"""What names a problem of a kind, in the words of each tool; of the other kinds verdicts.tsv says it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: where, and what follows."""

    project: str
    id: str
    severity: str
    kind: str
    place: str
    consequence: str

    def patterns(self, tool: str) -> Iterator[str]:
        """The findings of a tool that name it, by its kind."""
        for template in _NAMED.get((self.kind, tool), ()):
            rule, _, table = self.place.partition(" on ")
            yield template.format(place=self.place, name=self.place.rpartition(".")[2], rule=rule, table=table)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What findings like this are worth: the id of a problem, `harmless` or `wrong`."""

    tool: str
    project: str
    finding: str
    verdict: str
    reason: str


@dataclass(slots=True)
class Score:
    """How a tool did: the problems it names, those that its gate fails on, and what else it says."""

    named: set[str] = field(default_factory=set)
    gated: set[str] = field(default_factory=set)
    errors: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    open: list[str] = field(default_factory=list)
    seconds: float = 0

    def add(self, other: "Score") -> None:
        """Count another project's as well."""
        self.named |= other.named
        self.gated |= other.gated
        self.errors += other.errors
        self.findings += other.findings
        self.open += other.open
        self.seconds += other.seconds


def problems() -> list[Problem]:
    """Every problem, by project."""
    return [Problem(**row) for row in _rows("problems.tsv")]


def verdicts() -> list[Verdict]:
    """Every verdict, in the order in which they are asked."""
    return [Verdict(**row) for row in _rows("verdicts.tsv")]


def judge(tool: str, project: str, said: Iterable[str], errors: Iterable[str], seconds: float = 0) -> Score:
    """What a tool said of a project, judged."""
    score, failing = Score(seconds=seconds), frozenset(errors)
    for finding in sorted(said):
        names, worth = _worth(tool, project, finding)
        score.named |= names
        score.findings[worth] += 1
        if worth == "open":
            score.open.append(f"{tool} on {project}: {finding}")
        if finding in failing:
            score.gated |= names
            score.errors[worth] += 1
    return score


def _worth(tool: str, project: str, finding: str) -> tuple[frozenset[str], str]:
    """The problems that a finding names, and whether it is right, harmless, wrong, or open: not judged yet."""
    known = {one.id for one in problems_of(project)}
    names = {
        one.id for one in problems_of(project) if any(fnmatchcase(finding, pattern) for pattern in one.patterns(tool))
    }
    fitting = [one.verdict for one in _verdicts_on(tool, project) if fnmatchcase(finding, one.finding)]
    names |= known.intersection(fitting)
    if names:
        return frozenset(names), "right"
    return frozenset(), next(iter(fitting), "open")


@cache
def problems_of(project: str) -> tuple[Problem, ...]:
    """The problems of one project."""
    return tuple(one for one in problems() if one.project == project)


@cache
def _verdicts_on(tool: str, project: str) -> tuple[Verdict, ...]:
    return tuple(one for one in verdicts() if one.tool == tool and fnmatchcase(project, one.project))


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def main() -> None:
    """Print the tables of what a run said."""
    run = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tools = list(dict.fromkeys(tool for answers in run.values() for tool in answers))
    scores = {
        (tool, project): judge(tool.partition(" ")[0], project, a["said"], a["errors"], a["seconds"])
        for project, answers in run.items()
        for tool, a in answers.items()
    }
    totals = {tool: Score() for tool in tools}
    for (tool, _), score in scores.items():
        totals[tool].add(score)
    there = [one for project in run for one in problems_of(project)]
    _totals(totals, there)
    _by_project(scores, tools, list(run))
    for tool, score in totals.items():
        missed = [one for one in there if one.severity != "cost" and one.id not in score.named]
        print(f"\n{tool} missed: {'; '.join(f'{one.project} {one.place}' for one in missed) or 'nothing'}")
        print("".join(f"not judged: {finding}\n" for finding in score.open), end="")


def _totals(totals: Mapping[str, Score], there: list[Problem]) -> None:
    counts = Counter(one.severity for one in there)
    heads = [f"{severity}s named, of {counts[severity]}" for severity in SEVERITIES]
    print(
        f"| tool | {' | '.join(heads)} | holes its gate fails on | errors | false errors | findings | wrong | seconds |"
    )
    print("| --- |" + " ---: |" * 10)
    severity_of = {one.id: one.severity for one in there}
    for tool, score in totals.items():
        named = Counter(severity_of[name] for name in score.named)
        gated = sum(1 for name in score.gated if severity_of[name] == "hole")
        cells = [*(named[severity] for severity in SEVERITIES), gated, score.errors.total()]
        cells += [score.errors.total() - score.errors["right"], score.findings.total(), score.findings["wrong"]]
        print(f"| {tool} | {' | '.join(map(str, cells))} | {score.seconds:.1f} |")


def _by_project(scores: Mapping[tuple[str, str], Score], tools: list[str], projects: list[str]) -> None:
    print(f"\n| project | problems but costs | {' | '.join(tools)} |")
    print("| --- | ---: |" + " ---: |" * len(tools))
    for project in projects:
        real = {one.id for one in problems_of(project) if one.severity != "cost"}
        cells = []
        for tool in tools:
            score = scores[tool, project]
            false = score.errors.total() - score.errors["right"]
            cells.append(f"{len(score.named & real)}, {false} of {score.errors.total()}, {score.seconds:.1f} s")
        print(f"| {project} | {len(real)} | {' | '.join(cells)} |")
    print("\nA cell: problems named, false errors of errors, seconds.")


if __name__ == "__main__":
    main()
