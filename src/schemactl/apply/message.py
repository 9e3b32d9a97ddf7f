"""A migration as one message: transaction, statements as the file has them, history row, a clean session."""

from dataclasses import dataclass

from schemactl.db.query import commands
from schemactl.db.session import Limits
from schemactl.sql.parse import Script, Statement

PACKAGE = "schemactl.apply"
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Message:
    """Text for the server, and where in it the file stands.

    The file's first character is character `offset` of the text and its first statement comes after `before` others;
    after `guard` statements comes the check of the runner lock, and once `commits` ran, the transaction is committed.
    """

    text: str
    script: Script
    before: int
    offset: int
    guard: int
    commits: int

    def is_commit(self, completed: int) -> bool:
        """Whether the statement after `completed` others is COMMIT, which runs deferred checks."""
        return completed == self.commits - 1

    def is_guard(self, completed: int) -> bool:
        """Whether the statement after `completed` others is the one that requires the runner lock."""
        return completed == self.guard

    def statement_at(self, completed: int, position: int | None) -> Statement | None:
        """The file's statement that failed after `completed` others, or at a position; None for one of our own."""
        if position is not None and completed == 0:
            # Nothing ran, not even BEGIN: the server could not read the text as a whole.
            return self._statement_around(position - self.offset)
        index = completed - self.before
        return self.script.statements[index] if 0 <= index < len(self.script.statements) else None

    def place(self, statement: Statement, position: int | None) -> tuple[int, int]:
        """Line and column in the file: where the server points at, otherwise where the statement begins."""
        offset = statement.start if position is None else position - self.offset
        if not statement.start <= offset < max(statement.end, statement.start + 1):
            offset = statement.start
        return statement.source.position(offset)

    def _statement_around(self, offset: int) -> Statement | None:
        if not 0 <= offset <= len(self.script.text):
            return None
        before = [statement for statement in self.script.statements if statement.start <= offset]
        return before[-1] if before else None


def transaction(script: Script, limits: Limits, record: tuple[str, ...], clean: tuple[str, ...]) -> Message:
    """`script` in one transaction with the statements of `record`, then, outside it, those of `clean`."""
    begin = commands(
        PACKAGE,
        "queries/begin.sql",
        lock_timeout=limits.lock_timeout,
        statement_timeout=limits.statement_timeout,
    )
    own = commands(PACKAGE, "queries/own_session.sql", lock_timeout=limits.lock_timeout)
    guard = commands(PACKAGE, "queries/guard.sql")
    end = (*own, *guard, *record, "COMMIT;")
    head = "\n".join(begin) + "\n"
    marked = script.text.startswith(BOM)
    # The last statement may lack its semicolon, and a comment may stand behind it.
    text = "".join((head, script.text.removeprefix(BOM), "\n;\n", "\n".join((*end, *clean))))
    return Message(
        text=text,
        script=script,
        before=len(begin),
        offset=len(head) - int(marked),
        guard=len(begin) + len(script.statements) + len(own),
        commits=len(begin) + len(script.statements) + len(end),
    )
