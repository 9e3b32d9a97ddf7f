"""How a worker lets time pass. A test hands in time of its own, which passes when the test says so."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress


class Timing:
    """Steady time in seconds, alarms on the event loop, and waits that an event cuts short."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary point, never going back."""
        return time.monotonic()

    def later(self, seconds: float, call: Callable[[], object]) -> None:
        """Have the running event loop call it then."""
        asyncio.get_running_loop().call_later(seconds, call)

    def pause(self, event: threading.Event, seconds: float) -> bool:
        """Wait in a thread; whether the event cut it short."""
        return event.wait(seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Wait on the event loop until the event is set, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
