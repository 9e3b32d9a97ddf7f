"""Locks that the statements of a transaction hold on relations that others already use."""

from collections.abc import Iterable

from schemactl.lint.session import Held, OpenTransaction
from schemactl.lint.site import Site
from schemactl.sql.ddl import commands as c
from schemactl.sql.ddl.node import Name, Node
from schemactl.sql.ddl.objects import AlterPolicy, CreatePolicy, Drop, Rename
from schemactl.sql.ddl.tables import AlterTable
from schemactl.sql.lock_modes import Lock, LockMode
from schemactl.sql.locks import locks
from schemactl.sql.nodes import relation_name
from schemactl.sql.parse import Statement

# Modes that make other sessions' SELECT, or their INSERT, UPDATE and DELETE, wait.
_WEAKEST_BLOCKING = LockMode.SHARE


# What takes ACCESS EXCLUSIVE on a table or view that it names first.
_EXCLUSIVE = (AlterTable, CreatePolicy, AlterPolicy, Drop, Rename, c.Truncate, c.Lock, c.Refresh, c.Cluster)


def may_lock(node: Node, site: Site) -> bool:
    """Whether a statement may keep everybody out of something in use; a cheap look, which errs on the safe side."""
    if not isinstance(node, _EXCLUSIVE):
        return False
    name = getattr(node, "table", None) or getattr(node, "name", None)
    return not isinstance(name, Name) or not site.is_new(name)


def taken(site: Site, statement: Statement) -> list[Held]:
    """What a statement locks so that others wait, leaving out relations that are new."""
    return [
        Held(statement.index, lock.relation, lock.mode, lock.work)
        for lock in _locks(statement, site.version)
        if lock.mode >= _WEAKEST_BLOCKING and not lock.of_index and not site.is_new(lock.relation)
    ]


def _locks(statement: Statement, version: int) -> Iterable[Lock]:
    """The locks of a statement; what a policy's condition reads locks weakly, and is not looked for."""
    if statement.kind in {"CreatePolicyStmt", "AlterPolicyStmt"}:
        return (Lock(relation_name(statement.node["table"]), LockMode.ACCESS_EXCLUSIVE),)
    return locks(statement, version)


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
