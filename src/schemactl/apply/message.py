"""A migration, or a statement of it, as one message: transaction, text as the file has it, history row."""

from dataclasses import dataclass

from schemactl.db.query import commands
from schemactl.db.session import Limits
from schemactl.sql.parse import Script, Statement

PACKAGE = "schemactl.apply"
BOM = "\ufeff"
# Whatever default_transaction_isolation says: what a file sees must not depend on where it runs.
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED;"
# A later commit flushes this one too, as the log is written in order (manual, 28.4, Asynchronous Commit).
FLUSH_LATER = "SET LOCAL synchronous_commit TO off;"


@dataclass(frozen=True, slots=True)
class Among:
    """Where a transaction stands among those of one message.

    The first one checks the runner lock, which the session holds until the message ends; the last one's commit waits
    until all of them are on disk.
    """

    first: bool = True
    last: bool = True


ALONE = Among()


@dataclass(frozen=True, slots=True)
class Body:
    """A stretch of a file to be run: `text` begins at character `start` of the file."""

    text: str
    start: int
    statements: tuple[Statement, ...]


def whole(script: Script) -> Body:
    """All of a file."""
    marked = script.text.startswith(BOM)
    return Body(script.text.removeprefix(BOM), int(marked), script.statements)


def single(statement: Statement) -> Body:
    """One statement of a file."""
    return Body(statement.text, statement.start, (statement,))


@dataclass(frozen=True, slots=True)
class Message:
    """Text for the server, and where in it the body stands.

    The body's text begins at character `offset`, its first statement comes after `before` others; after `guard`
    statements comes the check of the runner lock, if there is one, after `took` the one that tells how many seconds it
    was, and once `commits` ran, the transaction is committed. `count` is the number of statements.
    """

    text: str
    body: Body
    offset: int
    before: int
    guard: int | None
    took: int
    commits: int
    count: int

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
            return self._statement_around(self._in_file(position))
        index = completed - self.before
        return self.body.statements[index] if 0 <= index < len(self.body.statements) else None

    def place(self, statement: Statement, position: int | None) -> tuple[int, int]:
        """Line and column in the file: where the server points at, otherwise where the statement begins."""
        offset = statement.start if position is None else self._in_file(position)
        within = statement.start <= offset < max(statement.end, statement.start + 1)
        return statement.source.position(offset if within else statement.start)

    def _in_file(self, position: int) -> int:
        return position - self.offset + self.body.start

    def _statement_around(self, offset: int) -> Statement | None:
        before = [statement for statement in self.body.statements if statement.start <= offset]
        return before[-1] if before else None


def transaction(
    body: Body, limits: Limits, record: tuple[str, ...], clean: tuple[str, ...] = (), among: Among = ALONE
) -> Message:
    """`body` in one transaction with the statements of `record`, then, outside it, those of `clean`."""
    begin = (BEGIN, *limits.commands(local=True))
    head = "\n".join(begin) + "\n"
    own, guard = _own_session(), _guard() if among.first else ()
    end = (*own, *guard, *_took(), *record, *(() if among.last else (FLUSH_LATER,)), "COMMIT;")
    # The last statement may lack its semicolon, and a comment may stand behind it.
    text = "".join((head, body.text, "\n;\n", "\n".join((*end, *clean))))
    before = len(begin)
    checked = before + len(body.statements) + len(own)
    return Message(
        text=text,
        body=body,
        offset=len(head),
        before=before,
        guard=checked if guard else None,
        took=checked + len(guard),
        commits=before + len(body.statements) + len(end),
        count=before + len(body.statements) + len(end) + len(clean),
    )


def bookkeeping(record: tuple[str, ...]) -> str:
    """Statements of ours alone, in one transaction, as the runner itself, and only while it holds the runner lock."""
    return "\n".join((BEGIN, *_own_session(), *_guard(), *record, "COMMIT;"))


def _own_session() -> tuple[str, ...]:
    return commands(PACKAGE, "queries/own_session.sql")


def _guard() -> tuple[str, ...]:
    return commands(PACKAGE, "queries/guard.sql")


def _took() -> tuple[str, ...]:
    return commands(PACKAGE, "queries/took.sql")
