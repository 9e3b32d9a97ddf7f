"""How often, and how soon, a request that went wrong is made again."""

from random import Random

from schemactl.core.clock import Clock
from schemactl.core.errors import ServerError
from schemactl.core.events import Listener, Note

TRIES = 8
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 20.0
MOST_WAITED = 600.0


class Trouble(Exception):
    """A request that did not come to its end; `pause` in seconds is what the server asks for, where it asks."""

    def __init__(self, reason: str, pause: float | None = None, *, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pause = pause
        self.status = status


class Unsent(Trouble):
    """The request was certainly not carried out."""


class Limited(Unsent):
    """Too many requests: this one was turned away, and says nothing of whether the server is well."""


class Lost(Trouble):
    """Nobody knows whether the request was carried out: its answer did not come, or makes no sense."""


class Patience:
    """Waits between the tries of one thing, and has an end."""

    def __init__(self, clock: Clock, random: Random, listener: Listener, title: str) -> None:
        self._clock = clock
        self._random = random
        self._listener = listener
        self._title = title
        self._failures = 0
        self._waited = 0.0

    def wait(self, trouble: Trouble) -> None:
        """Let the pause before the next try pass. Raises ServerError when it was the last one."""
        self._failures += not isinstance(trouble, Limited)
        pause = self._pause(trouble)
        if self._failures >= TRIES or self._waited + pause > MOST_WAITED:
            tries = f" after {self._failures} tries" if self._failures else ""
            raise ServerError(
                f"{self._title}: no good answer from Supabase's Management API{tries}: {trouble.reason}",
                hint="Run again when it answers: it reads the history first, and applies nothing twice.",
            )
        self._listener(Note(f"{self._title}: {trouble.reason}; trying again in {pause:.1f} s", warning=True))
        self._waited += pause
        self._clock.sleep(pause)

    def _pause(self, trouble: Trouble) -> float:
        if trouble.pause is not None:
            return trouble.pause
        doubled = FIRST_PAUSE * 2.0 ** min(self._failures, 16)
        return min(LONGEST_PAUSE, doubled) * self._random.uniform(0.5, 1.0)
