"""Who stands in the way of a session that waits for a lock, seen from a second connection."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.core.durations import in_words
from schemactl.core.errors import ServerError
from schemactl.db.connect import connect
from schemactl.db.query import query
from schemactl.db.redact import shorten

if TYPE_CHECKING:
    from psycopg import Connection


@dataclass(frozen=True, slots=True)
class Blocker:
    """A session that holds, or waits earlier for, a lock; `age` of its transaction in seconds."""

    pid: int
    user: str
    application: str
    state: str
    query: str
    age: float | None

    def __str__(self) -> str:
        if self.pid == 0:
            return "a prepared transaction (see pg_prepared_xacts)"
        who = ", ".join(filter(None, (self.application, self.user)))
        age = f" for {in_words(self.age)}" if self.age is not None else ""
        said = f": {self.query}" if self.query else ""
        return f"pid {self.pid}" + (f" ({who})" if who else "") + f", {self.state}{age}{said}"


PACKAGE = "schemactl.apply"
_TRANSACTIONS = frozenset({"virtualxid", "transactionid"})


@dataclass(frozen=True, slots=True)
class Blocked:
    """What a session waited for, and who stood in the way; not `certain` when the wait was over before it was seen."""

    object: str
    mode: str
    blockers: tuple[Blocker, ...]
    certain: bool = True

    def __str__(self) -> str:
        if not self.certain:
            return f"probably in the way, with {self.mode} on {self.object}: " + "; ".join(map(str, self.blockers))
        wanted = "an older transaction's end" if self.object in _TRANSACTIONS else f"{self.mode} on {self.object}"
        return f"{wanted}; in the way: " + "; ".join(map(str, self.blockers))


class Observer:
    """A second connection, opened when first needed; without one, nothing is seen and nothing fails."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Connection | None = None

    def look(self, pid: int) -> Blocked | None:
        """What the backend `pid` waits for; None when it does not wait, or nobody can tell."""
        return self._ask(query(PACKAGE, "queries/blockers.sql", pid=pid), certain=True)

    def guess(self, pid: int, text: str) -> Blocked | None:
        """Who holds a lock on a table that `text` names, now that the wait of `pid` is over."""
        return self._ask(query(PACKAGE, "queries/lock_holders.sql", pid=pid, text=text), certain=False)

    def _ask(self, question: str, *, certain: bool) -> Blocked | None:
        from psycopg import Error

        try:
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._dsn)
            rows = self._connection.execute(question.encode()).fetchall()
        except (Error, ServerError):
            return None
        if not rows:
            return None
        found = {row[2]: Blocker(row[2], row[3] or "", row[4] or "", row[5], shorten(row[6]), row[7]) for row in rows}
        return Blocked(str(rows[0][0]), _mode(str(rows[0][1])), tuple(found.values()), certain)

    def close(self) -> None:
        """Close the connection, where there is one."""
        if self._connection is not None:
            self._connection.close()


def _mode(name: str) -> str:
    """`AccessExclusiveLock` as the manual writes it: ACCESS EXCLUSIVE."""
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in name.removesuffix("Lock"))
    return words.strip().upper()
