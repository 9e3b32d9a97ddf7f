"""The roles of a throwaway server: who runs a script there, whom grants name, and those that migrations make."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.catalog.grants import OWNER, PUBLIC
from schemactl.catalog.snapshot import Identity, Snapshot
from schemactl.core.resources import read_text
from schemactl.evolve.model import Placed, Step
from schemactl.evolve.naming import strings, unless
from schemactl.sql.names import literal, quoted

if TYPE_CHECKING:
    from schemactl.db.types import Connection
    from schemactl.servers import Database


@dataclass(frozen=True, slots=True)
class Actor:
    """Acts as `role`; where that is not the one that logs in, as a superuser that has set it.

    `made` are the roles that were not there and are for as long as it acts.
    """

    role: str
    login: str
    made: frozenset[str] = frozenset()

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
        yield Actor(role, database.role, frozenset(made))
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


@dataclass(frozen=True, slots=True)
class Role:
    """What CREATE ROLE says of a role, its password apart, and the roles that it is a member of."""

    options: tuple[str, ...]
    member_of: tuple[str, ...]


def present(dsn: str) -> dict[str, Role]:
    """The roles of a server, by name. Raises ServerError."""
    with closing(_connect(dsn)) as connection:
        rows = connection.execute(read_text("schemactl.evolve", "queries/roles.sql").encode()).fetchall()
    return {str(name): Role(tuple(options), tuple(member_of)) for name, options, member_of in rows}


def forget(dsn: str, names: Iterable[str]) -> None:
    """Drop the roles that nothing hangs on any more."""
    with closing(_connect(dsn)) as connection:
        for name in names:
            _attempt(connection, f"drop role {quoted(name)}")


def creation(roles: Mapping[str, Role]) -> tuple[Placed, ...]:
    """The statements that make roles where they are not there, and members of each other."""
    made = [Placed(Identity("role", (name,)), _creation(name, role)) for name, role in sorted(roles.items())]
    for name, role in sorted(roles.items()):
        made += [
            Placed(Identity("role", (name,)), Step(f"GRANT {quoted(other)} TO {quoted(name)}"))
            for other in role.member_of
        ]
    return tuple(made)


def _creation(name: str, role: Role) -> Step:
    statement = " ".join(("CREATE ROLE", quoted(name), *role.options))
    secret = ", without a password" if "LOGIN" in role.options else ""
    note = (
        f"role {name}: is made where the server does not have it{secret}; it belongs to the server, not to the schema"
    )
    return Step(unless(f"SELECT FROM pg_roles WHERE rolname = {literal(name)}", statement), note=note)


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
