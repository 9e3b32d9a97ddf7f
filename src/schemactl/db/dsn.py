"""Which database is meant: an option, DATABASE_URL, or libpq's own PG* variables, service and password files.

A DSN that cannot be read is never quoted: an unencoded character in a password makes libpq's message show a part of it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from schemactl.core.errors import UsageError
from schemactl.db.project import is_project, project_of, refuse

_LIBPQ_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE", "PGPORT", "PGUSER")
_FORM = "Write postgresql://user@host:port/database, or `host=… dbname=…`; percent-encode @ : / ? # % in a password."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a DSN points, without secrets; what it leaves out comes from libpq's variables and defaults."""

    host: str
    port: str
    database: str
    user: str

    def __str__(self) -> str:
        place = f"{self.host} port {self.port}" if self.host else f"the local socket, port {self.port}"
        return f"database `{self.database}` on {place}" + (f" as `{self.user}`" if self.user else "")


def resolve(database: str | None, environment: Mapping[str, str] = os.environ, *, projects: bool = False) -> str:
    """The DSN meant by `--database`, else DATABASE_URL, else libpq's variables (then an empty string).

    `projects`: the caller can do with `supabase://<project-ref>` too. Raises UsageError when none of them says
    anything, or when the DSN cannot be read.
    """
    if database is not None:
        return _checked(database.strip(), "--database", projects=projects)
    if environment.get("DATABASE_URL"):
        return _checked(environment["DATABASE_URL"].strip(), "DATABASE_URL", projects=projects)
    if any(environment.get(name) for name in _LIBPQ_VARIABLES):
        return ""
    raise UsageError(
        "no database given",
        hint="Pass --database postgresql://user@host/database, or set DATABASE_URL or libpq's PGSERVICE or PGHOST.",
    )


def place(dsn: str) -> str:
    """Where `dsn` points, in words, be it a server or a project of the Supabase platform."""
    return str(project_of(dsn)) if is_project(dsn) else str(address(dsn))


def address(dsn: str) -> Address:
    """Where `dsn` points, without connecting. Raises UsageError when it cannot be read."""
    from psycopg import pq

    merged = {option.keyword.decode(): option.val.decode() for option in pq.Conninfo.get_defaults() if option.val}
    merged |= _parameters(dsn, "the DSN")
    user = merged.get("user", "")
    return Address(
        host=merged.get("host") or merged.get("hostaddr", ""),
        port=merged.get("port", ""),
        database=merged.get("dbname") or user,
        user=user,
    )


def with_role(dsn: str, role: str) -> str:
    """The DSN of a session that acts as `role` from its start; whoever logs in must be allowed to."""
    from psycopg.conninfo import make_conninfo

    escaped = role.replace("\\", "\\\\").replace(" ", "\\ ")
    return make_conninfo(dsn, options=f"-c role={escaped}")


def secrets(dsn: str) -> tuple[str, ...]:
    """The passwords inside `dsn`, to be masked wherever they stand; one that equals a public part is not told apart."""
    known = _parameters(dsn, "the DSN")
    public = {known.get(name) for name in ("user", "dbname", "host", "port")}
    return tuple(known[name] for name in ("password", "sslpassword") if known.get(name) and known[name] not in public)


def _checked(dsn: str, origin: str, *, projects: bool) -> str:
    if not dsn:
        raise UsageError(f"{origin} is empty", hint=_FORM)
    if is_project(dsn):
        project_of(dsn)
        if not projects:
            refuse(dsn)
        return dsn
    _parameters(dsn, origin)
    return dsn


def _parameters(dsn: str, origin: str) -> dict[str, str]:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    scheme = dsn.partition("://")[0] if "://" in dsn else ""
    if scheme and scheme not in {"postgresql", "postgres"} and "=" not in scheme:
        raise UsageError(f"{origin} starts with `{scheme}://`, which is not PostgreSQL's", hint=_FORM)
    try:
        known = {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value is not None}
    except ProgrammingError:
        raise UsageError(f"{origin} is not a DSN that libpq can read", hint=_FORM) from None
    if any("@" in known.get(name, "") for name in ("host", "dbname")):
        raise UsageError(f"{origin} holds a character that must be percent-encoded", hint=_FORM)
    # What stands there may be the rest of a password.
    if not all(port == "" or port.isdecimal() for port in known.get("port", "").split(",")):
        raise UsageError(f"{origin} has a port that is no number, or a `/`, `:` or `@` in its password", hint=_FORM)
    return known
