"""`existing`: a server that was there before. We make our own databases on it, and leave it as we found it."""

import contextlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from schemactl.core.errors import ConfigError, ServerError
from schemactl.core.resources import read_text
from schemactl.servers.address import Address
from schemactl.servers.install import install
from schemactl.servers.presets import Preset
from schemactl.servers.server import Running
from schemactl.servers.spec import Spec

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import DictRow

    Connection = psycopg.Connection[DictRow]

PROVIDER = "existing"
LOCK_CLASS = 1935894372
ROLE_COMMENT = "made by schemactl for throwaway databases"
MUCH = 1024**3
PRODUCTION_NAME = re.compile(r"(?<![a-z])(prod|production|live)(?![a-z])", re.IGNORECASE)
MANAGED = (
    ".rds.amazonaws.com",
    ".supabase.co",
    ".supabase.com",
    ".neon.tech",
    ".postgres.database.azure.com",
    ".aivencloud.com",
    ".ondigitalocean.com",
    ".render.com",
)
CONSENT = "schemactl.allow_throwaway"


@contextmanager
def use_existing(spec: Spec, preset: Preset) -> Iterator[Running]:
    """The server that the connection string names, with our databases on it; they and their roles go afterwards.

    Raises ConfigError for a string libpq cannot read; ServerError when the server does not answer, looks like
    production and did not say otherwise, or does not let us make what the preset needs.
    """
    import psycopg
    from psycopg.rows import dict_row

    parameters = _parameters(spec.argument or "")
    try:
        owner = psycopg.connect(**parameters, autocommit=True, row_factory=dict_row)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        raise ServerError(f"the server `existing` cannot be reached: {error}") from error
    with owner:
        user = owner.info.user
        address = Address({**parameters, "user": user, "dbname": owner.info.dbname}, set_role=True)
        notes = _examine(owner, preset)
        if preset.migration_role == preset.superuser:
            preset = replace(preset, migration_role=user)
        run = secrets.randbits(31)
        owner.execute("select pg_advisory_lock(%s, %s)", [LOCK_CLASS, run])
        _drop(owner, _names(owner, "sql/orphans.sql"))
        prefix = f"schemactl_{run:08x}_"
        try:
            roles = _roles(owner)
            notes += install(address, replace(preset, superuser=user), f"{prefix}preset", PROVIDER)
            _mark(owner, _roles(owner) - roles)
            yield Running(PROVIDER, address, preset, f"{prefix}preset", prefix, notes)
        finally:
            _leave(owner, prefix)


def _parameters(dsn: str) -> dict[str, str]:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        return {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    except psycopg.ProgrammingError as error:
        # libpq quotes what it does not understand, and that may be a password.
        raise ConfigError(
            "the connection string after `existing:` cannot be read",
            hint="For example `existing:postgresql://user@localhost:5432/postgres`.",
        ) from error


def _examine(owner: "Connection", preset: Preset) -> tuple[str, ...]:
    """What the user should know; raises ServerError where we had better not, or cannot, work."""
    facts = owner.execute(read_text("schemactl.servers", "sql/facts.sql").encode()).fetchone() or {}
    if facts["in_recovery"]:
        raise ServerError("the server is a standby: nothing can be made on it", hint="Name its primary.")
    reasons = signs_of_production(facts, owner.info.host, owner.info.dbname)
    if reasons and not facts["allowed"]:
        raise ServerError(
            f"the server looks like production: {'; '.join(reasons)}",
            hint=f"If it is there to be played on, let it say so: ALTER ROLE {owner.info.user} SET {CONSENT} = on; "
            f"or, for once, add `options=-c {CONSENT}=on` to the connection string.",
        )
    if preset.migration_role != preset.superuser:
        return _examine_roles(owner, preset, superuser=bool(facts["superuser"]))
    return ()


def _examine_roles(owner: "Connection", preset: Preset, *, superuser: bool) -> tuple[str, ...]:
    if not superuser:
        raise ServerError(
            f"the preset {preset.name} makes roles, for which {owner.info.user} needs to be a superuser",
            hint="Connect as one, or use `--preset plain`.",
        )
    role = preset.migration_role
    row = owner.execute("select rolsuper from pg_roles where rolname = %s", [role]).fetchone()
    if row is not None and row["rolsuper"]:
        return (f"the role {role} is a superuser on this server: migrations may do more here than where they will run",)
    return ()


def signs_of_production(facts: "DictRow", host: str, dbname: str) -> list[str]:
    """Why this server might be one that somebody depends on."""
    signs = []
    if facts["replicas"]:
        signs.append(f"{facts['replicas']} standby or replication client is connected")
    if facts["archives"]:
        signs.append("it archives its write-ahead log")
    if facts["bytes"] >= MUCH:
        signs.append(f"it holds {facts['bytes'] / MUCH:.1f} GiB of data")
    if host.endswith(MANAGED):
        signs.append(f"{host} is a managed service")
    signs += [f"`{name}` names it so" for name in (host, dbname) if PRODUCTION_NAME.search(name)]
    return signs


def _names(owner: "Connection", query: str) -> list[str]:
    rows = owner.execute(read_text("schemactl.servers", query).encode()).fetchall()
    return [str(next(iter(row.values()))) for row in rows]


def _roles(owner: "Connection") -> set[str]:
    return {str(row["rolname"]) for row in owner.execute("select rolname from pg_roles").fetchall()}


def _mark(owner: "Connection", roles: set[str]) -> None:
    from psycopg import sql

    for role in sorted(roles):
        owner.execute(sql.SQL("comment on role {} is {}").format(sql.Identifier(role), sql.Literal(ROLE_COMMENT)))


def _leave(owner: "Connection", prefix: str) -> None:
    """Drop our databases, and the roles that were made for them unless another run needs them still."""
    import psycopg
    from psycopg import sql

    rows = owner.execute("select datname from pg_database where starts_with(datname, %s)", [prefix]).fetchall()
    _drop(owner, [str(row["datname"]) for row in rows])
    for role in _names(owner, "sql/spare_roles.sql"):
        with contextlib.suppress(psycopg.errors.DependentObjectsStillExist, psycopg.errors.UndefinedObject):
            owner.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


def _drop(owner: "Connection", databases: list[str]) -> None:
    import psycopg
    from psycopg import sql

    for name in databases:
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            owner.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
