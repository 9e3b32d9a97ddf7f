"""Attempts side by side: a lane works through waiting claims one after the other, and as many lanes as are needed run.

A task for each job would cost more than a small job itself. Lanes are begun one an iteration of the event loop, so that
work which never waits stays in a single one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from enum import StrEnum
from typing import Generic, TypeVar

from schemactl.jobs.claims import Claim
from schemactl.jobs.worker.timing import Timing

T = TypeVar("T")
BREATH = 100
"""So many attempts in a lane that never waits, and everybody else gets a turn."""


class Abort(StrEnum):
    """Why an attempt was ended from outside."""

    TIMEOUT = "timeout"
    LOST = "lost"
    STOPPED = "stopped"


Why = Callable[[Claim], Abort]


class Lanes(Generic[T]):
    """At most `size` attempts at once, each `timeout` seconds long.

    `work` is cancelled to abort an attempt, and then asks what it was given why; `finished` hears what it gave.
    """

    def __init__(
        self,
        size: int,
        timeout: float,
        timing: Timing,
        work: Callable[[Claim, Why], Awaitable[T]],
        finished: Callable[[Claim, T], None],
    ) -> None:
        self._size = size
        self._timeout = timeout
        self._timing = timing
        self._work = work
        self._finished = finished
        self._waiting: deque[Claim] = deque()
        self._busy: dict[Claim, asyncio.Task[None]] = {}
        self._deadlines: dict[Claim, float] = {}
        self._why: dict[Claim, Abort] = {}
        self._lanes: set[asyncio.Task[None]] = set()
        self._alarmed = False

    def __len__(self) -> int:
        return len(self._waiting) + len(self._busy)

    def put(self, claims: Iterable[Claim]) -> None:
        """Work on these too."""
        self._waiting.extend(claims)
        self._begin()

    def abort(self, claim: Claim, why: Abort) -> None:
        """End this attempt, if it is under way."""
        task = self._busy.get(claim)
        if task is not None:
            self._deadlines.pop(claim, None)
            self._why.setdefault(claim, why)
            task.cancel()

    def stop(self) -> list[Claim]:
        """End every attempt; gives the claims at which none had begun."""
        left = list(self._waiting)
        self._waiting.clear()
        for claim in list(self._busy):
            self.abort(claim, Abort.STOPPED)
        return left

    def _reason(self, claim: Claim) -> Abort:
        """Why the attempt was aborted; asked once, by the attempt itself."""
        return self._why.pop(claim, Abort.STOPPED)

    def _begin(self) -> None:
        if self._waiting and len(self._lanes) < self._size:
            loop = asyncio.get_running_loop()
            lane = loop.create_task(self._lane())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
            loop.call_soon(self._begin)

    async def _lane(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of a task
        done = 0
        while self._waiting:
            claim = self._waiting.popleft()
            self._busy[claim] = task
            self._deadlines[claim] = self._timing.monotonic() + self._timeout
            if not self._alarmed:
                self._alarm(self._timeout)
            try:
                outcome = await self._work(claim, self._reason)
            finally:
                del self._busy[claim]
                self._deadlines.pop(claim, None)
            self._finished(claim, outcome)
            done += 1
            if done % BREATH == 0:
                await asyncio.sleep(0)

    def _alarm(self, seconds: float) -> None:
        self._alarmed = True
        self._timing.later(seconds, self._overdue)

    def _overdue(self) -> None:
        """Abort what has outlived its time. All have the same, so the oldest comes first."""
        self._alarmed = False
        now = self._timing.monotonic()
        for claim, deadline in list(self._deadlines.items()):
            if deadline > now:
                self._alarm(deadline - now)
                return
            self.abort(claim, Abort.TIMEOUT)
