"""Runs the jobs of one table: claims in batches, lets handlers work side by side, acknowledges in batches.

The event loop belongs to the handlers. Claims, acknowledgements and heartbeats each have a thread and a connection of
their own, so that none waits for another.
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

from schemactl.jobs.claims import Claim, Result
from schemactl.jobs.spec import Spec
from schemactl.jobs.states import ErrorCode, State
from schemactl.jobs.store import Store
from schemactl.jobs.worker.attempt import STOPPED, attempt
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
DRAINING = 0.05
"""Seconds between two looks while the queue is worked empty."""
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
        self.handler = handler
        self.settings = settings
        self.totals = Totals()
        self.timeout = handler.timeout or spec.config.timeout
        self._timing = settings.timing
        self._given_up = threading.Event()
        self._links = [Link(dsn, spec, self._given_up, self._timing) for _ in range(5)]
        self._claims, self._acks, self._reports, beats, hints = self._links
        lease = settings.lease or spec.config.lease
        self._lease = lease
        self._heart = Heart(beats, lease, self._timing, self._lose)
        channel = spec.config.channel
        self._listener = Listener(hints, channel, self._timing, self._wake) if channel else None
        self._progress = ThreadPoolExecutor(1, "schemactl-progress")
        self.lanes = Lanes(settings.concurrency, self.timeout, self._timing, partial(attempt, self), self._ended)
        self._finished: list[Finished] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._ready = asyncio.Event()
        self._stopping = False
        self._outstanding = 0
        self._swept_at = float("-inf")

    def stop(self) -> None:
        """Claim no more, let running attempts end, then leave."""
        self._stopping = True
        self._wake()

    async def run(self) -> Totals:
        """Work until stopped or, with `drain`, until nothing is left."""
        self._loop = asyncio.get_running_loop()
        self._heart.start()
        if self._listener:
            self._listener.start()
        with ThreadPoolExecutor(1, "schemactl-claims") as claims, ThreadPoolExecutor(1, "schemactl-acks") as acks:
            acknowledging = asyncio.create_task(self._acknowledge(acks))
            try:
                await self._take_work(claims)
                await self._finish()
            finally:
                self._given_up.set()
                acknowledging.cancel()
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
            claimed = await self._in(pool, self._look)
            if claimed:
                self._outstanding += len(claimed)
                self._heart.add(claimed, self.timeout)
                self.lanes.put(claimed)
                self.settings.point("claimed", tuple(claimed))
            elif claimed is not None and self.settings.drain and not self._outstanding:
                return
            if not claimed or not self._room():
                await self._timing.wait(self._news, DRAINING if self.settings.drain else self.settings.poll)

    def _room(self) -> int:
        """How many more jobs may be claimed: results that wait for their acknowledgement take a lane no longer."""
        unacknowledged = self._outstanding - len(self.lanes)
        return 0 if unacknowledged > UNACKNOWLEDGED * self.settings.concurrency else self._free()

    def _free(self) -> int:
        return self.settings.concurrency - len(self.lanes)

    def _look(self) -> list[Claim] | None:
        """Claim what fits, None where nothing does, and keep house now and then. In the thread of the claims."""
        now = self._timing.monotonic()
        if now - self._swept_at >= self.settings.housekeeping:
            self._swept_at = now
            self._claims.call(_keep_house)
        room = min(self._room(), max(1, self.settings.concurrency // 2))
        if room <= 0:
            return None
        found = self._claims.call(lambda store: store.claim(self.settings.name, limit=room, lease=self._lease))
        self.totals.claimed += len(found)
        return found

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
            self.settings.point("finished", tuple(claim for claim, _ in batch))
            self._settled(await self._in(pool, partial(self._settle, batch)))

    async def _gathered(self) -> None:
        """Let what finishes at once be acknowledged together."""
        seen = 0
        while seen < len(self._finished) < self.settings.concurrency:
            seen = len(self._finished)
            await asyncio.sleep(0)

    def _settle(self, batch: list[Finished]) -> list[tuple[Claim, State | None]]:
        return self._acks.call(lambda store: settle(store, batch, self.settings.point, random.random))

    def _settled(self, states: list[tuple[Claim, State | None]]) -> None:
        self._heart.remove(claim for claim, _ in states)
        self._outstanding -= len(states)
        self.totals.count(state for _, state in states)
        self._news.set()
        if heard():
            for claim, state in states:
                facts = {"status": state, "attempt": claim.attempt, "retry_count": claim.failures}
                tell("lost" if state is None else "ended", jobs=self.spec.name, job=claim.id, **facts)

    async def report(self, claim: Claim, percent: int, step: str | None) -> None:
        """Write progress through. Raises ClaimLost."""
        await self._in(self._progress, lambda: self._reports.call(lambda store: store.progress(claim, percent, step)))

    async def _finish(self) -> None:
        """Let running attempts end; those that outlive the grace are aborted and counted as failed."""
        end = self._timing.monotonic() + self.settings.grace
        while self._outstanding and self._timing.monotonic() < end:
            self._news.clear()
            await self._timing.wait(self._news, end - self._timing.monotonic())
        for claim in self.lanes.stop():
            self._ended(claim, Failure(ErrorCode.UNEXPECTED_ERROR, STOPPED))
        while self._outstanding:
            self._news.clear()
            await self._news.wait()

    def _lose(self, claim: Claim) -> None:
        """Abort the attempt of a claim that was lost. Called from the heart's thread."""
        self._soon(self.lanes.abort, claim, Abort.LOST)

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
