"""A migration runs on tables that hold rows, and loses none of them.

What: before each file the tables that it touches are filled with rows which satisfy the schema so far, two of them
alike but for their keys. The file must run, and afterwards every row and every value of a kept column must be the same,
unless the file itself says that it writes to the table.

Why: an empty database takes anything. NOT NULL without a default, a CHECK or UNIQUE that rows break, a type that rows
do not convert to: each stops a deployment half-way. Values that a cast rounds or cuts off are gone without a word.

Bad: `ADD COLUMN owner uuid NOT NULL`: 23502 as soon as there is a row. Good: add it, fill it, then SET NOT NULL.

Bad: `ALTER COLUMN price TYPE integer`, which rounds. Good: a new column, filled by an UPDATE that says how.

An error is what every row breaks; what depends on the values in the rows is a warning.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from schemactl.core.findings import Finding, Severity
from schemactl.db.contents import Contents
from schemactl.db.execute import attempt
from schemactl.sql.nodes import walk
from schemactl.verify import findings, said
from schemactl.verify.chain import Step
from schemactl.verify.lane import Failed, first_failure
from schemactl.verify.population import Population, Table, unfilled
from schemactl.verify.rowdiff import Loss, contents, losses
from schemactl.verify.walk import NotChecked, Outcome, Walk

if TYPE_CHECKING:
    from schemactl.db.types import Connection

NAME = "populated"
_NOT_NULL = "23502"


def run(walk_: Walk) -> Outcome:
    """Run each file on rows, and compare them before and after."""
    found: list[Finding] = []
    not_checked: list[NotChecked] = []
    left_out: set[str] = set()
    with walk_.lane() as there:
        population = Population(there, walk_.alone)
        for step in walk_.steps(NAME):
            concerns = walk_.concerns(step.migration)
            left_out |= set() if concerns else {step.file}
            tables = population.prepare(step) if concerns else ()
            if concerns:
                not_checked += [NotChecked(step.file, unfilled(one, why)) for one, why in population.missing.items()]
            if tables:
                found += _on_rows(walk_, population, step, tables)
            population.advance(step)
    return Outcome(tuple(found), not_checked=tuple(not_checked), left_out=frozenset(left_out))


def _on_rows(walk_: Walk, population: Population, step: Step, tables: tuple[Table, ...]) -> Iterator[Finding]:
    with population.there.experiment(step) as connection:
        before = contents(connection, tables)
        failed = first_failure(connection, step)
        lost = [] if failed else [loss for loss in losses(connection, before) if not _said(step, loss)]
    if failed:
        said_ = _fails(failed, tables)
        yield findings.told(said_, walk_.script_before(said_.message, step).rows(population).files([step]))
    if lost:
        with population.there.experiment(step) as connection:
            placed = _places(connection, step, before, lost)
        for place, (first, *others) in placed.items():
            more = f", and {len(others)} more" if others else ""
            lossy = findings.at(
                NAME,
                step.statements[place],
                f"after it, {first.words}{more}, and no statement of the file says so",
                hint="Write the UPDATE or DELETE that does it, so that a reader sees what becomes of the rows.",
            )
            script = walk_.script_before(lossy.message, step).rows(population).table(*first.table.path)
            yield findings.told(lossy, script.files([step]).table(*first.table.path))


def _fails(failed: Failed, tables: tuple[Table, ...]) -> Finding:
    names = " and ".join(map(str, tables[:2])) + (" …" if len(tables) > 2 else "")
    certain = failed.failure.sqlstate == _NOT_NULL and _adds(failed, failed.failure.column)
    when = f"fails on {failed.failure.table or names} when there are rows"
    if not certain:
        when += " that the schema allows so far"
    return findings.failed(NAME, failed, when, severity=Severity.ERROR if certain else Severity.WARNING)


def _adds(failed: Failed, column: str | None) -> bool:
    """Whether the statement itself adds the column: then no row can have a value in it."""
    return any(
        kind == "AlterTableCmd"
        and command.get("subtype") == "AT_AddColumn"
        and command["def"]["ColumnDef"]["colname"] == column
        for kind, command in walk(failed.statement.node)
    )


def _said(step: Step, loss: Loss) -> bool:
    return any(
        said.writes(statement, loss.table.name) or (loss.column is not None and said.converts(statement, loss.column))
        for statement in step.statements
    )


def _places(
    connection: "Connection", step: Step, before: Mapping[Table, Contents], lost: Sequence[Loss]
) -> Mapping[int, list[Loss]]:
    """The losses by the position of the first statement after which they are there."""
    open_ = {(loss.table, loss.column): loss for loss in lost}
    placed: dict[int, list[Loss]] = {}
    for place, statement in enumerate(step.statements):
        attempt(connection, statement.text)
        seen = {(loss.table, loss.column) for loss in losses(connection, before)}
        mine = [loss for key, loss in open_.items() if key in seen or place == len(step.statements) - 1]
        if mine:
            placed[place] = mine
            open_ = {key: loss for key, loss in open_.items() if loss not in mine}
    return placed
