"""Settings of a session that works on a target."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

# Kept short: a client that vanished must not hold its locks (PostgreSQL manual, 20.3 and 20.11).
CONNECTION_CHECK = "2s"
IDLE_IN_TRANSACTION = "60s"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a statement may wait for a lock and run, as Postgres writes durations; `0` is for ever.

    None leaves a limit as the session has it.
    """

    lock_timeout: str | None
    statement_timeout: str | None = "0"

    def commands(self, *, local: bool) -> tuple[str, ...]:
        """Statements that set the limits, for the transaction (`local`) or the session."""
        return _limit_commands(self, local=local)


def assignments(values: Mapping[str, str], *, local: bool = False) -> tuple[str, ...]:
    """One SET statement a setting."""
    from psycopg import sql

    template = sql.SQL("SET LOCAL {} = {};" if local else "SET {} = {};")
    return tuple(
        template.format(sql.Identifier(name), sql.Literal(value)).as_string(None) for name, value in values.items()
    )


def settings(server_version: int) -> dict[str, str]:
    """What every session sets, by name; `server_version` as libpq counts it (150004)."""
    wanted = {
        # Files are read with backslashes as they are, as the standard says; an old database may say otherwise.
        "standard_conforming_strings": "on",
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
        "client_connection_check_interval": CONNECTION_CHECK,
    }
    if server_version >= 170000:
        # It would end the session; what may run how long is said by statement_timeout.
        wanted["transaction_timeout"] = "0"
    return wanted


@cache
def _limit_commands(limits: Limits, *, local: bool) -> tuple[str, ...]:
    """Kept: every migration of a run asks for the same."""
    wanted = {"lock_timeout": limits.lock_timeout, "statement_timeout": limits.statement_timeout}
    return assignments({name: value for name, value in wanted.items() if value is not None}, local=local)
