"""What a driver's exception means to a person: the server, the database, the reason, what to do."""

import re
from typing import TYPE_CHECKING

from schemactl.core.errors import ServerError
from schemactl.db.advice import ADVICE
from schemactl.db.dsn import address, secrets
from schemactl.db.redact import redact
from schemactl.db.sqlstates import describe

if TYPE_CHECKING:
    import psycopg

# libpq reports a refused connection without its SQLSTATE, so its words decide (fe-connect.c, and the server's FATALs).
_HINTS = (
    ("Connection refused", "Is the server running there, and does it listen on that address and port?"),
    ("No such file or directory", "Is the server running, and is its socket in that directory?"),
    ("could not translate host name|Name or service not known", "Check the host name."),
    ("timeout expired|timed out", "Check the address and whether a firewall lets this machine through."),
    ("password authentication failed", "Check user and password; PGPASSWORD and ~/.pgpass are read too."),
    ("no password supplied", "Give the password in the DSN, in PGPASSWORD or in ~/.pgpass."),
    ("no pg_hba.conf entry", "The server's pg_hba.conf does not let this user in from here; perhaps it wants TLS."),
    (r'role "[^"]*" does not exist', "Check the user name."),
    (r'database "[^"]*" does not exist', "Create the database, or check its name."),
    ("starting up|shutting down|recovery mode", "The server is on its way up or down: try again shortly."),
    ("too many (?:clients|connections)|remaining connection slots", "The server is full: close idle connections."),
    ("does not support SSL|SSL", "Check sslmode and the certificates it names."),
    ("definition of service .* not found|service file", "Check PGSERVICE and the service file."),
    ("unsupported startup parameter", "A pooler stands in between: use the server's direct address."),
)
# Lost connections, want of resources, an operator, the system, and text that is none in the database's encoding.
_BEYOND_US = re.compile(r"08|53|57P|58|22021|22P05")


def connection_error(error: "psycopg.Error", dsn: str) -> ServerError:
    """A connection that could not be made, or that broke: exit code 3."""
    reason = reason_of(error, dsn)
    hint = next((hint for pattern, hint in _HINTS if re.search(pattern, reason)), None)
    return ServerError(f"cannot reach {address(dsn)}: {reason}", hint=hint)


def unforeseen(error: Exception) -> ServerError | None:
    """The error for what no statement is to blame for, wherever it happened; None for any other exception."""
    import psycopg

    if not isinstance(error, psycopg.Error) or not (error.sqlstate is None or _BEYOND_US.match(error.sqlstate)):
        return None
    if error.sqlstate is None and not isinstance(error, psycopg.OperationalError):
        return None
    advice = ADVICE.get(error.sqlstate) if error.sqlstate and error.sqlstate[:2] in {"22", "53"} else None
    hint = advice.remedy if advice else "Run it again when the server answers."
    return ServerError(f"the server broke off: {reason_of(error)}", hint=hint)


def reason_of(error: "psycopg.Error", dsn: str = "") -> str:
    """What the server or libpq said, redacted, with the SQLSTATE in words where there is one."""
    primary = error.diag.message_primary
    text = redact(primary or _last_reason(str(error)), secrets(dsn))
    return f"{text} ({describe(error.sqlstate)})" if error.sqlstate else text


def _last_reason(text: str) -> str:
    """The client library tries every address of a host and tells of each; the last one stands for all."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    chosen = next((line for line in reversed(lines) if "FATAL" in line), None) or next(
        (line for line in reversed(lines) if "failed:" in line), lines[0] if lines else "no reason given"
    )
    return re.sub(r"\[Errno -?\d+\] ", "", chosen.rpartition("failed: ")[2])
