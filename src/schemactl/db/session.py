"""Settings of a session that works on a target."""

from dataclasses import dataclass

# Kept short: a client that vanished must not hold its locks (PostgreSQL manual, 20.3 and 20.11).
CONNECTION_CHECK = "2s"
IDLE_IN_TRANSACTION = "60s"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a statement may wait for a lock and run, as Postgres writes durations; `0` is for ever."""

    lock_timeout: str
    statement_timeout: str = "0"


def settings(server_version: int) -> dict[str, str]:
    """What every session sets, by name; `server_version` as libpq counts it (150004)."""
    wanted = {
        # Files are read with backslashes as they are, as the standard says; an old database may say otherwise.
        "standard_conforming_strings": "on",
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
    }
    if server_version >= 140000:
        wanted["client_connection_check_interval"] = CONNECTION_CHECK
    return wanted
