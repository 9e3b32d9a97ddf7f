"""LISTEN as a hint that there is work. Polling goes on beside it: a listener may die without a sound."""

import threading
from collections.abc import Callable

from schemactl.core.errors import ServerError
from schemactl.jobs.worker.link import Link
from schemactl.jobs.worker.timing import Timing

CHECK = 5.0
"""Seconds after which the thread looks whether it is to stop."""


class Listener:
    """Calls `wake`, in a thread of its own, when something is said on the channel."""

    def __init__(self, link: Link, channel: str, timing: Timing, wake: Callable[[], None]) -> None:
        self._link = link
        self._timing = timing
        self._channel = channel
        self._wake = wake
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schemactl-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; the thread ends by itself shortly after."""
        self._stopped.set()

    def _run(self) -> None:
        import psycopg

        pause = 0.1
        while not self._stopped.is_set():
            try:
                self._listen()
                pause = 0.1
            except (psycopg.Error, ServerError):
                self._timing.pause(self._stopped, pause)
                pause = min(pause * 2, CHECK)

    def _listen(self) -> None:
        from psycopg import sql

        with self._link.connection() as connection:
            connection.execute(sql.SQL("listen {}").format(sql.Identifier(self._channel)))
            self._wake()  # something may have been said before
            while not self._stopped.is_set():
                for _ in connection.notifies(timeout=CHECK, stop_after=1):
                    self._wake()
