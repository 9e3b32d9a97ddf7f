"""What is to be run, read and checked as a whole before any of it runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from schemactl.apply.records import row_of
from schemactl.core.errors import Place, SourceError
from schemactl.migrations import directives
from schemactl.migrations.directives import Directives
from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Migration
from schemactl.migrations.plan import Step
from schemactl.sql import parse
from schemactl.sql.enums import IsOfType, nobody_knows, uses_of_new_values
from schemactl.sql.parse import Script, Statement
from schemactl.sql.transactions import Control, Needs, control, requirement, runs_alone

KEPT_CHARACTERS = 500_000
"""How much SQL is kept as parse trees, which take ten to thirty times its room."""


@dataclass(frozen=True, slots=True)
class Task:
    """One migration, ready to run: `transactional` as a whole, or statement by statement from `done + 1` on.

    `count` is the number of its statements. `kept` are these, where they are few: those of 10,000 files take 700 MB.
    """

    step: Step
    count: int
    directives: Directives
    transactional: bool
    kept: Script | None = field(default=None, repr=False)

    @property
    def script(self) -> Script:
        """The file's statements."""
        return self.kept or parse.parse(self.migration.text, self.migration.file)

    @property
    def migration(self) -> Migration:
        """The migration."""
        return self.step.migration

    @property
    def title(self) -> str:
        """The file's name without its ending."""
        return self.migration.path.stem

    def row(self, state: State, done: int, who: str) -> HistoryRow:
        """The history row of this migration, `done` statements into it."""
        return row_of(self.migration, state, who, script=self.script, done=done)


def prepare(steps: Iterable[Step], major: int, is_of_type: IsOfType = nobody_knows) -> tuple[Task, ...]:
    """Read every step's file for a server of version `major`; `is_of_type` knows the columns that it has.

    Raises SourceError or ConfigError (exit 2) for what could not run or be resumed.
    """
    tasks: list[Task] = []
    characters = 0
    for step in steps:
        characters += len(step.migration.text)
        tasks.append(_prepare(step, major, is_of_type, keep=characters <= KEPT_CHARACTERS))
    return tuple(tasks)


def _prepare(step: Step, major: int, is_of_type: IsOfType, *, keep: bool) -> Task:
    script = parse.parse(step.migration.text, step.migration.file)
    found = directives.read(script)
    found.require_sound()
    _refuse_transaction_control(script)
    _refuse_copy(script)
    alone = [statement for statement in script.statements if runs_alone(statement)]
    fresh = step.row is None or step.row.state.complete
    transactional = not script.statements or (found.transaction and not alone and fresh)
    if transactional:
        _refuse_new_enum_values(script, major, is_of_type)
    else:
        _refuse_needs_of_a_transaction(script, alone)
        _refuse_what_cannot_be_resumed(script)
    return Task(step, len(script.statements), found, transactional, script if keep else None)


def require_one_transaction(script: Script, found: Directives) -> None:
    """Raise SourceError where a file cannot run as one transaction, as a down file must."""
    _refuse_transaction_control(script)
    _refuse_copy(script)
    for statement in script.statements:
        needed = requirement(statement)
        if needed.needs is Needs.NO_BLOCK or not found.transaction:
            raise _refused(
                statement,
                f"{needed.command or 'transaction=none'} in a down file: taking back is one transaction, or nothing",
                "Write it without CONCURRENTLY, or undo the migration with a new one.",
            )


def _refuse_transaction_control(script: Script) -> None:
    for statement in script.statements:
        found = control(statement)
        if found in (Control.SAVEPOINT, Control.RELEASE, Control.ROLLBACK_TO):
            continue
        if found is not None:
            raise _refused(
                statement,
                f"{found} inside a migration: each one is a transaction already",
                "Leave it out; a file that must not be one transaction says `-- schemactl:transaction=none`.",
            )


def _refuse_new_enum_values(script: Script, major: int, is_of_type: IsOfType) -> None:
    """A literal that meets a column which the target does not have yet is left to the server."""
    for use in uses_of_new_values(script.statements, major, is_of_type):
        if use.certain:
            raise _refused(
                use.used,
                f"the value '{use.value}' of enum {use.type}, added on line {use.added.line}, is used before it is "
                "committed: the server would answer 55P04",
                "Move ALTER TYPE … ADD VALUE to a migration of its own, numbered before this one.",
            )


def _refuse_needs_of_a_transaction(script: Script, alone: Sequence[Statement]) -> None:
    """LOCK TABLE, SET LOCAL and the like would be without effect."""
    for statement in script.statements:
        needed = requirement(statement)
        if needed.needs is Needs.BLOCK:
            why = f"{requirement(alone[0]).command} (line {alone[0].line})" if alone else "transaction=none"
            raise _refused(
                statement,
                f"{needed.command} has no effect here: because of {why} every statement is a transaction of its own",
                "Move what needs one transaction to a file of its own.",
            )


def _refuse_what_cannot_be_resumed(script: Script) -> None:
    for statement in script.statements:
        if statement.kind == "IndexStmt" and statement.node.get("concurrent") and "idxname" not in statement.node:
            raise _refused(
                statement,
                "CREATE INDEX CONCURRENTLY without a name: a broken build could not be found again",
                "Give the index a name.",
            )
        if statement.kind == "DiscardStmt" and statement.node["target"] == "DISCARD_ALL":
            raise _refused(
                statement,
                "DISCARD ALL would give up the lock that keeps other runners out",
                "Leave it out: every migration starts in a session as new.",
            )


def _refuse_copy(script: Script) -> None:
    for statement in script.statements:
        if statement.kind == "CopyStmt" and "filename" not in statement.node:
            raise _refused(statement, "COPY to a client that keeps no data", "Leave it out, or copy to a file.")


def _refused(statement: Statement, message: str, hint: str) -> SourceError:
    return SourceError(message, place=Place(statement.file, statement.line, statement.column), hint=hint)
