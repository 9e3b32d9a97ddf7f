"""Clocks that nobody waits for."""

import threading
from datetime import UTC, datetime, timedelta


class Timeless:
    """Time passes in sleep alone, and takes none; `slept` holds every pause."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The current moment."""
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds slept."""
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        """Let time pass; other threads get their turn."""
        self.slept.append(seconds)
        threading.Event().wait(0.001)
