"""Time that passes when a test says so."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from schemactl.jobs.worker.timing import Timing

LOOK = 0.005


class HeldTime(Timing):
    """A worker's time, which stands still until `go` moves it; any thread may.

    Whoever waits for time to pass waits for that, or for the event that cuts the wait short.
    """

    def __init__(self) -> None:
        self._seconds = 0.0
        self._alarms: list[tuple[float, asyncio.AbstractEventLoop, Callable[[], object]]] = []
        self._lock = threading.Lock()

    def go(self, seconds: float) -> None:
        """Let that many seconds pass."""
        with self._lock:
            self._seconds += seconds
            due = [alarm for alarm in self._alarms if alarm[0] <= self._seconds]
            self._alarms = [alarm for alarm in self._alarms if alarm[0] > self._seconds]
        for _, loop, call in due:
            with suppress(RuntimeError):  # its loop is closed
                loop.call_soon_threadsafe(call)

    def monotonic(self) -> float:
        return self._seconds

    def later(self, seconds: float, call: Callable[[], object]) -> None:
        with self._lock:
            self._alarms.append((self._seconds + seconds, asyncio.get_running_loop(), call))

    def pause(self, event: threading.Event, seconds: float) -> bool:
        end = self._seconds + seconds
        while self._seconds < end:
            if event.wait(LOOK):
                return True
        return event.is_set()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        over = asyncio.Event()
        self.later(seconds, over.set)
        waits = [asyncio.ensure_future(one.wait()) for one in (event, over)]
        _, unfinished = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for one in unfinished:
            one.cancel()
