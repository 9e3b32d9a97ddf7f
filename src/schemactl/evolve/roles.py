"""Who runs a script on a throwaway server: the role that owns what stands there, and the roles that grants name."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.catalog.grants import OWNER, PUBLIC
from schemactl.catalog.snapshot import Snapshot
from schemactl.evolve.naming import strings
from schemactl.sql.names import quoted

if TYPE_CHECKING:
    from schemactl.db.types import Connection
    from schemactl.servers import Database


@dataclass(frozen=True, slots=True)
class Actor:
    """Acts as `role`; where that is not the one that logs in, as a superuser that has set it."""

    role: str
    login: str

    def dsn(self, database: "Database") -> str:
        """The connection string to `database`."""
        if self.role == self.login:
            return database.dsn
        from schemactl.db.dsn import with_role

        return with_role(database.superuser_dsn, self.role)

    def execute(self, database: "Database", text: str) -> None:
        """Run one statement. Raises StatementError."""
        _execute(self.dsn(database), text)


@contextmanager
def acting(role: str, snapshots: Iterable[Snapshot], database: "Database") -> Iterator[Actor]:
    """An actor as `role`, for whom every role that the snapshots name is there; those that were missing go again."""
    wanted = {role}.union(*map(named, snapshots))
    made = _create(wanted, role, database)
    try:
        yield Actor(role, database.role)
    finally:
        database_roles = [name for name in made if name != database.role]
        with closing(_connect(database.superuser_dsn)) as connection:
            for name in database_roles:
                attempt = _attempt(connection, f"drop owned by {quoted(name)} cascade")
                if attempt is None:
                    _attempt(connection, f"drop role {quoted(name)}")


def named(snapshot: Snapshot) -> set[str]:
    """The roles that owners, grants, policies and default privileges name."""
    found: set[str] = set()
    for identity, attributes in snapshot.objects.items():
        owner, grants, roles = (attributes.get(key) for key in ("owner", "grants", "roles"))
        found.update([owner] if isinstance(owner, str) else [])
        found.update(grants if isinstance(grants, Mapping) else [])
        found.update(strings(roles) if identity.kind == "policy" else [])
        found.update(identity.path[1:2] if identity.kind in ("default privileges", "user mapping") else [])
    return found - {OWNER, PUBLIC}


def common_owner(snapshot: Snapshot) -> str:
    """The role that owns most: who runs migrations there."""
    counts: dict[str, int] = {}
    for identity, attributes in snapshot.objects.items():
        owner = attributes.get("owner")
        if isinstance(owner, str) and identity.kind not in ("schema", "extension"):
            counts[owner] = counts.get(owner, 0) + 1
    return max(sorted(counts), key=lambda owner: counts[owner], default="")


def _create(wanted: set[str], role: str, database: "Database") -> list[str]:
    """Make the roles that are missing, the acting one as a superuser; who they are."""
    with closing(_connect(database.superuser_dsn)) as connection:
        there = {str(name) for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
        missing = sorted(wanted - there)
        for name in missing:
            connection.execute(f"create role {quoted(name)}{' superuser' if name == role else ''}".encode())
            if name != role:
                connection.execute(f"grant {quoted(name)} to {quoted(role)}".encode())
    return missing


def _connect(dsn: str) -> "Connection":
    from schemactl.db.connect import connect

    return connect(dsn)


def _attempt(connection: "Connection", text: str) -> object:
    from schemactl.db.execute import attempt

    return attempt(connection, text)


def _execute(dsn: str, text: str) -> None:
    from schemactl.core.errors import StatementError
    from schemactl.db.connect import connect
    from schemactl.db.execute import attempt

    with closing(connect(dsn)) as connection:
        failure = attempt(connection, text)
    if failure:
        raise StatementError(failure.sentence, sqlstate=failure.sqlstate)
