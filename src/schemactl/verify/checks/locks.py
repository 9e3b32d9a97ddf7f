"""No work that grows with a table is done while readers or writers are locked out of it.

What: each file runs on tables that hold rows, and a second connection looks at the locks behind every statement, and
tries to read, to write and to check a foreign key. What the statement does to the table, whole scans, rewrites and
index builds, is counted at two sizes of it: *constant*, or it *grows*; *not measured* where the table takes no rows, or
no more of them. Statements that no transaction takes, concurrent index builds above all, are looked at while a writer
keeps them waiting.

Why: a lock for a millisecond is felt by nobody. The same lock while a hundred million rows are read is an outage.

Bad: `ADD CONSTRAINT … CHECK (…)`, which reads every row under ACCESS EXCLUSIVE. Good: NOT VALID, and VALIDATE
CONSTRAINT in a later migration.

Bad: `CREATE INDEX` on a table in use. Good: `CREATE INDEX CONCURRENTLY`, in a file of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemactl.core.findings import Finding, Severity
from schemactl.sql.lock_modes import Work
from schemactl.sql.nodes import walk
from schemactl.sql.parse import Statement
from schemactl.verify import findings
from schemactl.verify.chain import Step
from schemactl.verify.observation import Observed, observe
from schemactl.verify.population import FEW, Population, Table, unfilled
from schemactl.verify.stats import Sizes, estimate
from schemactl.verify.walk import NotChecked, Outcome, Walk

NAME = "locks"
_MANY = 6 * FEW
_ADDS_CONSTRAINT = re.compile(r"\badd\s+constraint\b", re.IGNORECASE)
_DOES = {Work.REWRITE: "rewrites the table", Work.SCAN: "reads the whole table", Work.INDEX: "builds an index of"}


@dataclass(frozen=True, slots=True)
class Cost:
    """A lock that was seen, and whether what is done under it grows with the table; `work` is what that is.

    `measured` unless the table held no rows, or was read and took no more of them.
    """

    seen: Observed
    work: Work | None
    measured: bool = True

    @property
    def growth(self) -> str:
        """`grows`, `constant`, or `not measured`."""
        return "grows" if self.work else "constant" if self.measured else "not measured"

    @property
    def file(self) -> str:
        """The migration."""
        return self.seen.statement.file


def run(walked: Walk) -> Outcome:
    """Observe each file at two sizes of the tables that it touches."""
    costs: list[Cost] = []
    not_checked: list[NotChecked] = []
    left_out: set[str] = set()
    with walked.lane() as there:
        population = Population(there, walked.alone)
        for step in walked.steps(NAME):
            concerns = walked.concerns(step.migration)
            left_out |= set() if concerns else {step.file}
            tables = population.prepare(step) if concerns else ()
            bare = {one: why for one, why in population.missing.items() if not population.is_partitioned(one)}
            not_checked += [NotChecked(step.file, unfilled(one, why)) for one, why in bare.items() if concerns]
            if tables and (failed := population.failure(step)):
                reason = f"it fails on tables that hold rows: {failed.failure.message}"
                not_checked.append(NotChecked(step.file, reason))
                population.empty()
            elif tables:
                seen = tuple(_costs(population, step, tables))
                costs += seen
                not_checked += [NotChecked(step.file, _takes_no_more(table)) for table in _unmeasured(seen, tables)]
            population.advance(step)
    found = tuple(_findings(walked, costs))
    return Outcome(found, not_checked=tuple(not_checked), left_out=frozenset(left_out), costs=tuple(costs))


def _costs(population: Population, step: Step, tables: Sequence[Table]) -> Iterator[Cost]:
    small = observe(population.there, step, tables)
    at_work = {one.table for one in small if one.rows_read or one.rewritten or one.indexed}
    large: dict[tuple[Statement, Table], Observed] = {}
    grown: set[Table] = set()
    if at_work:
        before = population.counts(at_work)
        population.fill(sorted(at_work, key=str), _MANY)
        grown = {table for table, count in population.counts(at_work).items() if count > before[table]}
        large = {(one.statement, one.table): one for one in observe(population.there, step, tables, probe=False)}
    for one in small:
        work = _work(one, large.get((one.statement, one.table)), grows=one.table in grown)
        seen = one.table in tables and (one.table in grown or not one.rows_read)
        yield Cost(one, work, seen or one.concurrent or population.is_partitioned(one.table))


def _unmeasured(costs: Sequence[Cost], tables: Sequence[Table]) -> Sequence[Table]:
    """Tables with rows, which were read, and took no more rows."""
    return sorted({c.seen.table for c in costs if c.seen.table in tables and c.growth == "not measured"}, key=str)


def _takes_no_more(table: Table) -> str:
    return f"{table} takes no more rows here: whether reading it grows with it was not measured"


def _work(small: Observed, large: Observed | None, *, grows: bool) -> Work | None:
    """What takes longer on the larger table. Where the rows there stop the file, whole scans are taken to."""
    if small.concurrent:
        return None if small.statement.kind == "DropStmt" else Work.INDEX
    if not grows and (small.rewritten or small.indexed):  # either takes all rows, however many there are
        return Work.REWRITE if small.rewritten else Work.INDEX
    more = large.rows_read > small.rows_read if large else small.rows_read >= FEW
    if small.rewritten and (more or not small.rows_read):
        return Work.REWRITE
    if small.indexed and (more or small.rows_read >= FEW):  # a build reads all rows, however many could be added
        return Work.INDEX
    return Work.SCAN if more else None


def _findings(walked: Walk, costs: Sequence[Cost]) -> Iterator[Finding]:
    """One for a statement: at the table whose lock is the strongest."""
    worst: dict[Statement, Cost] = {}
    for cost in costs:
        if cost.work and cost.seen.mode.blocks_writes and not cost.seen.concurrent:
            known = worst.get(cost.seen.statement)
            if known is None or cost.seen.mode > known.seen.mode:
                worst[cost.seen.statement] = cost
    for statement, cost in worst.items():
        message = _message(cost, walked.sizes)
        said = findings.at(NAME, statement, message, severity=Severity.WARNING, hint=_hint(cost))
        step = next(one for one in walked.chain if one.file == cost.file)
        upto = [one for one in step.statements if one.index <= statement.index]
        yield findings.told(said, walked.script_before(message, step).locks(upto, *cost.seen.table.path))


def _message(cost: Cost, sizes: Sizes) -> str:
    seen = cost.seen
    since = "" if seen.since == seen.statement else f" held since statement {seen.since.index}"
    blocked = " and ".join(seen.blocked) or "writes"
    seconds = estimate(sizes, seen.table, cost.work)
    about = f", about {seconds:.0f} s at its real size" if seconds is not None else ""
    what = f"{_DOES[cost.work or Work.SCAN]} {seen.table}, which grows with the table{about}"
    return f"{what}, while {seen.mode.words}{since} keeps out {blocked}"


def _hint(cost: Cost) -> str:
    commands = {command.get("subtype") for kind, command in walk(cost.seen.statement.node) if kind == "AlterTableCmd"}
    if "AT_SetNotNull" in commands:
        return "ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in a later migration, then SET NOT NULL."
    if cost.work is Work.REWRITE:
        return "Add a new column, fill it in batches, and let it take the old one's place."
    if cost.work is Work.INDEX:
        return "CREATE INDEX CONCURRENTLY, in a migration of its own; a constraint takes it over by USING INDEX."
    in_a_block = cost.seen.statement.kind == "DoStmt" and _ADDS_CONSTRAINT.search(cost.seen.statement.text)
    if "AT_AddConstraint" in commands or in_a_block:
        return "ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later migration."
    return "Put this statement into a later migration, whose transaction does not hold that lock."
