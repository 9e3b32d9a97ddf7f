"""What a session holds while a file runs: its transaction, the locks taken in it, and its time-outs."""

import re
from dataclasses import dataclass, field

from schemactl.sql.ddl.commands import SetVariable, Transaction
from schemactl.sql.ddl.node import Name, Node
from schemactl.sql.lock_modes import LockMode, Work
from schemactl.sql.parse import Statement

TIMEOUTS = frozenset(
    {"lock_timeout", "statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout"}
)
_ZONE = "timezone"
_UTC = frozenset({"UTC", "GMT", "UCT", "ZULU", "ETC/UTC", "ETC/GMT"})
_DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(us|ms|s|min|h|d)?\s*$")
_MILLISECONDS = {"us": 0.001, None: 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


def milliseconds(value: str | None) -> int | None:
    """A time-out's value in milliseconds; None when it is not a duration, or is the default."""
    found = _DURATION.match(value or "")
    if found is None:
        return None
    return int(float(found[1]) * _MILLISECONDS[found[2]])


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that a statement of the transaction took on a relation that others already use."""

    statement: int
    relation: Name
    mode: LockMode
    work: frozenset[Work]


@dataclass(slots=True)
class OpenTransaction:
    """A transaction: `number` counts those of the file, `explicit` ones began with BEGIN in the file.

    `locks` are those of the statements so far, without the `unread` ones.
    """

    number: int
    explicit: bool
    began: int
    locks: list[Held] = field(default_factory=list)
    unread: list[Statement] = field(default_factory=list)
    savepoints: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Settings:
    session: dict[str, int | None] = field(default_factory=dict)
    local: dict[str, int | None] = field(default_factory=dict)

    def copy(self) -> "_Settings":
        return _Settings(dict(self.session), dict(self.local))


class Session:
    """Follows BEGIN, COMMIT, ROLLBACK, savepoints, SET, SET LOCAL, RESET and set_config through one file.

    https://www.postgresql.org/docs/current/sql-set.html: SET LOCAL lasts until the end of the transaction, and both
    forms are undone by ROLLBACK.
    """

    def __init__(self, *, wrapped: bool, lock_timeout: int | None = None) -> None:
        self.number = 0
        self.wrapped = wrapped
        self.transaction: OpenTransaction | None = OpenTransaction(0, explicit=False, began=0) if wrapped else None
        self._initial = {"lock_timeout": lock_timeout} if lock_timeout else {}
        self._settings = _Settings(dict(self._initial))
        self._saved: list[tuple[str, _Settings]] = [("", self._settings.copy())]
        self.touched: set[str] = set()
        self.closed: list[OpenTransaction] = []

    def timeout(self, name: str) -> int | None:
        """Milliseconds in force; None when it is off: unset, or zero."""
        settings = self._settings
        value = settings.local[name] if name in settings.local else settings.session.get(name)
        return value or None

    @property
    def in_utc(self) -> bool:
        """Whether the file set the session's TimeZone to UTC."""
        settings = self._settings
        return bool(settings.local.get(_ZONE) or (_ZONE not in settings.local and settings.session.get(_ZONE)))

    def follow(self, statement: Node, index: int) -> None:
        """Take the effect of a statement on the session."""
        if isinstance(statement, Transaction):
            self._transaction(statement, index)
        elif isinstance(statement, SetVariable):
            self._set(statement)

    def _transaction(self, statement: Transaction, index: int) -> None:
        kind = statement.kind
        if kind == "begin":
            if self.transaction is None:
                self.number += 1
                self.transaction = OpenTransaction(self.number, explicit=True, began=index)
                self._saved = [("", self._settings.copy())]
            elif not self.transaction.explicit:
                # PostgreSQL turns the runner's transaction into this one, with a warning.
                self.transaction.explicit = True
                self.transaction.began = index
        elif kind in {"commit", "rollback"}:
            self._end(rolled_back=kind == "rollback")
        elif self.transaction is not None:
            self._savepoint(statement)

    def _end(self, *, rolled_back: bool) -> None:
        if rolled_back and self.transaction is not None:
            self._settings = self._saved[0][1].copy()
        self._settings.local.clear()
        if self.transaction is not None:
            self.closed.append(self.transaction)
        self.transaction = None

    def _savepoint(self, statement: Transaction) -> None:
        name = statement.name or ""
        names = [saved for saved, _ in self._saved]
        if statement.kind == "savepoint":
            self._saved.append((name, self._settings.copy()))
        elif name in names:
            place = len(names) - 1 - names[::-1].index(name)
            if statement.kind == "rollback to":
                self._settings = self._saved[place][1].copy()
                self._saved = self._saved[: place + 1]
            elif statement.kind == "release":
                self._saved = self._saved[:place]

    def _set(self, statement: SetVariable) -> None:
        if statement.name == "*":
            self._settings = _Settings(dict(self._initial))
            return
        if statement.name not in TIMEOUTS and statement.name != _ZONE:
            return
        self.touched.add(statement.name)
        if statement.local and self.transaction is None:
            return
        if statement.name == _ZONE:
            value: int | None = (statement.value or "").upper() in _UTC
        elif statement.value is None:
            value = self._initial.get(statement.name)
        else:
            value = milliseconds(statement.value)
        if statement.local:
            self._settings.local[statement.name] = value
        else:
            self._settings.session[statement.name] = value
            self._settings.local.pop(statement.name, None)
