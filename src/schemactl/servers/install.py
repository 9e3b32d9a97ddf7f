"""Putting a preset into the database that all others are cloned from."""

from typing import TYPE_CHECKING

from schemactl.core.errors import ConfigError, Place
from schemactl.core.versions import require_supported
from schemactl.servers.address import Address
from schemactl.servers.extensions import explain_missing_extension
from schemactl.servers.presets import Preset, Script

if TYPE_CHECKING:
    import psycopg


def install(address: Address, preset: Preset, template: str, provider: str) -> tuple[str, ...]:
    """Make the database `template` and run the preset in it; the warnings that the preset raised.

    Raises ConfigError with file and line when a script of the preset fails, ServerError for a version too old.
    """
    import psycopg
    from psycopg import sql

    warnings: list[str] = []
    name = sql.Identifier(template)
    with psycopg.connect(address.admin_dsn, autocommit=True) as admin:
        require_supported(admin.info.server_version)
        admin.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(name))
        with psycopg.connect(address.dsn(template), autocommit=True) as connection:
            connection.add_notice_handler(
                lambda notice: warnings.append(notice.message_primary or "") if notice.severity == "WARNING" else None
            )
            for script in preset.scripts:
                _run(connection, script, provider)
            role = connection.execute("select 1 from pg_roles where rolname = %s", [preset.migration_role]).fetchone()
            if role is None:
                raise ConfigError(
                    f"the preset names `{preset.migration_role}` as migration_role but makes no such role",
                    place=Place(preset.scripts[0].file),
                )
            notes = tuple(warnings)
            connection.execute("vacuum (freeze)")
        owner = sql.Identifier(preset.migration_role)
        admin.execute(sql.SQL("alter database {} owner to {}").format(name, owner))
        admin.execute(sql.SQL("alter database {} with allow_connections false").format(name))
    return notes


def set_password(address: Address, role: str, password: str) -> None:
    """Let `role` log in where a password is asked for: everywhere but on our own sockets."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(address.admin_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(password)))


def _run(connection: "psycopg.Connection[tuple[object, ...]]", script: Script, provider: str) -> None:
    import psycopg

    try:
        connection.execute(script.text.encode())
    except psycopg.Error as error:
        position = int(error.diag.statement_position or 0)
        line = script.text.count("\n", 0, position - 1) + 1 if position else None
        raise ConfigError(
            f"the preset failed: {error.diag.message_primary or error}",
            place=Place(script.file, line),
            hint=explain_missing_extension(error.sqlstate, str(error), provider),
        ) from error
