"""How a run behaves."""

import getpass
import socket
from dataclasses import dataclass

from schemactl.core.config import ApplyConfig
from schemactl.core.durations import milliseconds

RECONNECT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of a run, as Postgres writes durations, and who runs it."""

    lock_timeout: str = "2s"
    lock_attempts: int = 30
    build_lock_timeout: str = "20min"
    statement_timeout: str = "0"
    runner_wait: float = 300.0
    who: str = ""


def settings(config: ApplyConfig) -> Settings:
    """The [apply] section, checked. Raises ConfigError for a duration that Postgres would not read."""
    for key in ("lock_timeout", "build_lock_timeout", "statement_timeout"):
        milliseconds(getattr(config, key), f"`apply.{key}`")
    return Settings(
        lock_timeout=config.lock_timeout,
        lock_attempts=config.lock_attempts,
        build_lock_timeout=config.build_lock_timeout,
        statement_timeout=config.statement_timeout,
        runner_wait=milliseconds(config.runner_wait, "`apply.runner_wait`") / 1000,
        who=whoami(),
    )


def whoami() -> str:
    """The person and machine that run, for the history: `ada@laptop`."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"
