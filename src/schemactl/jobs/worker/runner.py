"""Runs the jobs of one table: claims in batches, lets handlers work side by side, acknowledges in batches.

The event loop belongs to the handlers. Claims, acknowledgements and heartbeats each have a thread and a connection of
their own, so that none waits for another; where there is plenty to do, a second one claims while the first is answered.
"""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from schemactl.core.errors import InterruptedRun
from schemactl.jobs.claims import Claim, Result
from schemactl.jobs.spec import Spec
from schemactl.jobs.states import ErrorCode, State
from schemactl.jobs.store import Store
from schemactl.jobs.worker.attempt import STOPPED, Attempts
from schemactl.jobs.worker.handlers import Failure, Handler
from schemactl.jobs.worker.heart import Heart
from schemactl.jobs.worker.lanes import Abort, Lanes
from schemactl.jobs.worker.link import Link
from schemactl.jobs.worker.listener import Listener
from schemactl.jobs.worker.logs import heard, tell
from schemactl.jobs.worker.settings import Settings
from schemactl.jobs.worker.settle import settle

T = TypeVar("T")
Finished = tuple[Claim, Result | Failure]
CLAIMERS = 2
DRAINING = 0.05
"""Seconds between two looks while the queue is worked empty."""
LAST = 10.0
"""Seconds for the last acknowledgements; what a server that is away does not hear runs out with its lease."""
UNACKNOWLEDGED = 2
"""So many times the concurrency may wait for their acknowledgement before no more is claimed."""


@dataclass(slots=True)
class Totals:
    """What a runner has done."""

    claimed: int = 0
    done: int = 0
    failed: int = 0
    retried: int = 0
    lost: int = 0

    def count(self, states: Iterable[State | None]) -> None:
        """Count how attempts ended; None is a claim that was lost."""
        for state, count in Counter(states).items():
            match state:
                case None:
                    self.lost += count
                case State.WAITING:
                    self.retried += count
                case State.FAILED:
                    self.failed += count
                case _:
                    self.done += count


class Runner:
    """One table's runner. `run` until `stop`, which any thread may call."""

    def __init__(self, dsn: str, spec: Spec, handler: Handler, settings: Settings) -> None:
        self.spec = spec
        self._settings = settings
        self.totals = Totals()
        self._timeout = handler.timeout or spec.config.timeout
        self._timing = settings.timing
        self._given_up = threading.Event()
        self._stopped = threading.Event()
        ends = (self._stopped, self._stopped, *(self._given_up,) * 4)
        self._links = [Link(dsn, spec, end, self._timing) for end in ends]
        self._claims, self._more, self._acks, self._reports, beats, hints = self._links
        lease = settings.lease or spec.config.lease
        self._lease = lease
        self._heart = Heart(beats, lease, self._timing, self._lose)
        channel = spec.config.channel
        self._listener = Listener(hints, channel, self._timing, self._wake) if channel else None
        self._progress = ThreadPoolExecutor(1, "schemactl-progress")
        attempts = Attempts(spec.name, handler, self._timeout, self._report, settings.point)
        self._lanes = Lanes(settings.concurrency, self._timeout, self._timing, attempts, self._ended)
        self._finished: list[Finished] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._ready = asyncio.Event()
        self._plenty = asyncio.Event()
        self._stopping = False
        self._asked = self._outstanding = 0
        self._swept_at = float("-inf")

    def stop(self) -> None:
        """Claim no more, let running attempts end, then leave."""
        self._stopping = True
        self._stopped.set()
        self._wake()
        self._soon(self._plenty.set)

    async def run(self) -> Totals:
        """Work until stopped or, with `drain`, until nothing is left."""
        self._loop = asyncio.get_running_loop()
        self._heart.start()
        if self._listener:
            self._listener.start()
        with ThreadPoolExecutor(CLAIMERS, "schemactl-claim") as claims, ThreadPoolExecutor(1, "schemactl-ack") as acks:
            acknowledging = asyncio.create_task(self._acknowledge(acks))
            helping = asyncio.create_task(self._help(claims))
            try:
                with suppress(InterruptedRun):  # stopped while the server was away
                    await self._take_work(claims)
                self.stop()
                with suppress(InterruptedRun):
                    await helping
                await self._finish()
            finally:
                self._given_up.set()
                acknowledging.cancel()
                helping.cancel()
                self._heart.stop()
                if self._listener:
                    self._listener.stop()
        self._progress.shutdown()
        for link in self._links:
            link.close()
        return self.totals

    async def _take_work(self, pool: ThreadPoolExecutor) -> None:
        while not self._stopping:
            self._news.clear()
            now = self._timing.monotonic()
            if now - self._swept_at >= self._settings.housekeeping:
                self._swept_at = now
                await self._in(pool, partial(self._claims.call, _keep_house))
            found = await self._claim(pool, self._claims)
            if found == 0 and self._settings.drain and not self._outstanding and not self._asked:
                return
            if not found or not self._room():
                await self._timing.wait(self._news, DRAINING if self._settings.drain else self._settings.poll)

    async def _help(self, pool: ThreadPoolExecutor) -> None:
        """Claim too, as long as claims come back full."""
        while not self._stopping:
            await self._plenty.wait()
            if not await self._claim(pool, self._more):
                self._news.set()  # whoever drains the queue waits for this answer too

    async def _claim(self, pool: ThreadPoolExecutor, link: Link) -> int | None:
        """Claim what fits, and work on it; gives how many jobs that were, None where there is no room for any."""
        room = min(self._room(), max(1, self._settings.concurrency // CLAIMERS))
        if room <= 0 or self._stopping:
            self._expect(plenty=False)
            return None
        self._asked += room
        try:
            claimed = await self._in(pool, partial(link.call, partial(self._claimed, room)))
        finally:
            self._asked -= room
        self._expect(plenty=len(claimed) == room)
        if claimed:
            self.totals.claimed += len(claimed)
            self._outstanding += len(claimed)
            self._heart.add(claimed, self._timeout)
            self._lanes.put(claimed)
            self._settings.point("claimed", tuple(claimed))
        return len(claimed)

    def _expect(self, *, plenty: bool) -> None:
        """Have the helper claim too, or wait; it leaves when the runner stops."""
        if plenty or self._stopping:
            self._plenty.set()
        else:
            self._plenty.clear()

    def _claimed(self, room: int, store: Store) -> list[Claim]:
        return store.claim(self._settings.name, limit=room, lease=self._lease)

    def _room(self) -> int:
        """How many more jobs may be claimed: results that wait for their acknowledgement take a lane no longer."""
        unacknowledged = self._outstanding - len(self._lanes)
        if unacknowledged > UNACKNOWLEDGED * self._settings.concurrency:
            return 0
        return self._settings.concurrency - len(self._lanes) - self._asked

    def _ended(self, claim: Claim, outcome: Result | Failure | None) -> None:
        """An attempt is over; what it gave waits for its acknowledgement."""
        if outcome is None:
            self._settled([(claim, None)])
            return
        self._finished.append((claim, outcome))
        if len(self._finished) == 1:
            self._ready.set()
            self._news.set()

    async def _acknowledge(self, pool: ThreadPoolExecutor) -> None:
        while True:
            await self._ready.wait()
            self._ready.clear()
            await self._gathered()
            batch, self._finished = self._finished, []
            self._settings.point("finished", tuple(claim for claim, _ in batch))
            states = await self._in(pool, partial(self._settle, batch))
            self._settled(states, batch)

    async def _gathered(self) -> None:
        """Let what finishes at once be acknowledged together."""
        seen = 0
        while seen < len(self._finished) < self._settings.concurrency:
            seen = len(self._finished)
            await asyncio.sleep(0)

    def _settle(self, batch: list[Finished]) -> list[tuple[Claim, State | None]]:
        return self._acks.call(lambda store: settle(store, batch, self._settings.point, random.random))

    def _settled(self, states: list[tuple[Claim, State | None]], batch: list[Finished] | None = None) -> None:
        self._heart.remove(claim for claim, _ in states)
        self._outstanding -= len(states)
        self.totals.count(state for _, state in states)
        self._news.set()
        if heard():
            codes = {claim: outcome.code for claim, outcome in batch or () if isinstance(outcome, Failure)}
            for claim, state in states:
                failures = claim.failures + (state in (State.WAITING, State.FAILED))
                facts = {"attempt": claim.attempt, "retry_count": failures, "error_code": codes.get(claim)}
                tell("lost" if state is None else "ended", jobs=self.spec.name, job=claim.id, status=state, **facts)

    async def _report(self, claim: Claim, percent: int, step: str | None) -> None:
        """Write progress through. Raises ClaimLost."""
        await self._in(self._progress, lambda: self._reports.call(lambda store: store.progress(claim, percent, step)))

    async def _finish(self) -> None:
        """Let running attempts end; those that outlive the grace are aborted and counted as failed."""
        end = self._timing.monotonic() + self._settings.grace
        while self._outstanding and self._timing.monotonic() < end:
            self._news.clear()
            await self._timing.wait(self._news, end - self._timing.monotonic())
        for claim in self._lanes.stop():
            self._ended(claim, Failure(ErrorCode.UNEXPECTED_ERROR, STOPPED))
        end = self._timing.monotonic() + LAST
        while self._outstanding and self._timing.monotonic() < end:
            self._news.clear()
            await self._timing.wait(self._news, end - self._timing.monotonic())

    def _lose(self, claim: Claim) -> None:
        """Abort the attempt of a claim that was lost. Called from the heart's thread."""
        self._soon(self._lanes.abort, claim, Abort.LOST)

    def _wake(self) -> None:
        self._soon(self._news.set)

    def _soon(self, call: Callable[..., object], *arguments: object) -> None:
        """Have the event loop call it, from any thread; nothing where it is not running."""
        if self._loop:
            with suppress(RuntimeError):  # it was closed meanwhile
                self._loop.call_soon_threadsafe(call, *arguments)

    async def _in(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, work)


def _keep_house(store: Store) -> None:
    """Count what dead workers left behind, and end what nobody claims."""
    swept, expired = store.sweep(), store.expire()
    if swept or expired:
        tell("swept", jobs=store.spec.name, stuck=swept, unclaimed=expired)
