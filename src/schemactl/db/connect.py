"""Connections to a target: named, kept alive, noticed by the server when they die."""

from typing import TYPE_CHECKING

from schemactl import __version__
from schemactl.core.clock import Clock, SystemClock
from schemactl.core.errors import ServerError
from schemactl.core.versions import require_supported
from schemactl.db.failure import connection_error
from schemactl.db.project import refuse
from schemactl.db.session import assignments, settings

if TYPE_CHECKING:
    import psycopg

APPLICATION_NAME = f"schemactl:{__version__}"
CONNECT_TIMEOUT = 10
_PARAMETERS = {
    "client_encoding": "UTF8",
    "connect_timeout": CONNECT_TIMEOUT,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def connect(dsn: str, *, application_name: str = APPLICATION_NAME) -> "psycopg.Connection":
    """A connection in autocommit mode to the database that `dsn` names; an empty DSN leaves it to libpq's variables.

    What the DSN itself says of time-outs and keepalives stands. Raises ServerError.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    refuse(dsn)
    said = conninfo_to_dict(dsn)
    given = {name: value for name, value in _PARAMETERS.items() if name not in said}
    try:
        connection = psycopg.connect(dsn, autocommit=True, application_name=application_name, **given)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise connection_error(error, dsn) from None
    try:
        require_supported(connection.info.server_version)
        _set_up(connection)
    except psycopg.Error as error:
        connection.close()
        raise connection_error(error, dsn) from None
    except ServerError:
        connection.close()
        raise
    return connection


def connect_patiently(dsn: str, *, seconds: float, clock: Clock | None = None) -> "psycopg.Connection":
    """Try for `seconds` until the server answers again, as after a restart. Raises the last ServerError."""
    clock = clock or SystemClock()
    end = clock.monotonic() + seconds
    pause = 0.1
    while True:
        try:
            return connect(dsn)
        except ServerError:
            if clock.monotonic() + pause > end:
                raise
        clock.sleep(pause)
        pause = min(pause * 2, 2.0)


def _set_up(connection: "psycopg.Connection") -> None:
    """All settings in one round trip; one that this server's platform refuses is left out."""
    from psycopg import errors

    wanted = dict(settings(connection.info.server_version))
    while wanted:
        try:
            connection.execute(" ".join(assignments(wanted)).encode())
        except errors.InvalidParameterValue:
            if wanted.pop("client_connection_check_interval", None) is None:
                raise
        else:
            return
