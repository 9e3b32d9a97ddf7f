"""Locks that the statements of a transaction hold on relations that others already use."""

from schemactl.lint.session import Held, OpenTransaction
from schemactl.lint.site import Site
from schemactl.sql.lock_modes import LockMode
from schemactl.sql.locks import locks
from schemactl.sql.parse import Statement

# Modes that make other sessions' SELECT, or their INSERT, UPDATE and DELETE, wait.
_WEAKEST_BLOCKING = LockMode.SHARE


def taken(site: Site, statement: Statement) -> list[Held]:
    """What a statement locks so that others wait, leaving out relations that are new."""
    return [
        Held(statement.index, lock.relation, lock.mode, lock.work)
        for lock in locks(statement, site.version)
        if lock.mode >= _WEAKEST_BLOCKING and not lock.of_index and not site.is_new(lock.relation)
    ]


def held(site: Site, transaction: OpenTransaction | None = None) -> list[Held]:
    """What the transaction holds so far; nothing outside one. Worked out when it is first asked for."""
    open_one = transaction or site.transaction
    if open_one is None:
        return []
    while open_one.unread:
        _read_one(site, open_one)
    return open_one.locks


def _read_one(site: Site, transaction: OpenTransaction) -> None:
    transaction.locks.extend(taken(site, transaction.unread.pop(0)))


def strongest(site: Site) -> Held | None:
    """The first ACCESS EXCLUSIVE lock that the transaction holds, else None."""
    transaction = site.transaction
    if transaction is None:
        return None
    seen = 0
    while True:
        for lock in transaction.locks[seen:]:
            if lock.mode is LockMode.ACCESS_EXCLUSIVE:
                return lock
        seen = len(transaction.locks)
        if not transaction.unread:
            return None
        _read_one(site, transaction)
