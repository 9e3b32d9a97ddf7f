"""Heartbeats from a thread of its own, which a blocked event loop cannot starve."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

from schemactl.core.errors import InterruptedRun
from schemactl.jobs.claims import Claim, ClaimLost
from schemactl.jobs.states import ErrorCode
from schemactl.jobs.worker.link import Link
from schemactl.jobs.worker.logs import tell
from schemactl.jobs.worker.timing import Timing

Lost = Callable[[Claim], None]
OVERDUE = 2.0
"""Seconds behind the time-out after which an attempt that did not heed it is given up."""


class Heart:
    """Extends the leases of claims at a third of their length, and ends attempts that did not heed their time-out.

    `lost` is called, in this thread, with every claim that is no longer the worker's.
    """

    def __init__(self, link: Link, lease: float, timing: Timing, lost: Lost) -> None:
        self._link = link
        self._interval = min(lease / 3, 10.0)
        self._timing = timing
        self._lost = lost
        self._beating: dict[Claim, float] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schemactl-heart", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._stopped.set()
        self._thread.join(timeout=10.0)
        self._link.close()

    def add(self, claims: Iterable[Claim], timeout: float) -> None:
        """Keep these claims alive, for attempts that may take `timeout` seconds."""
        deadline = self._timing.monotonic() + timeout + OVERDUE
        with self._lock:
            for claim in claims:
                self._beating[claim] = deadline

    def remove(self, claims: Iterable[Claim]) -> None:
        """The claims have ended."""
        with self._lock:
            for claim in claims:
                self._beating.pop(claim, None)

    def beat(self) -> None:
        """One heartbeat for all claims, and an end for those that are overdue."""
        with self._lock:
            beating = list(self._beating.items())
        now = self._timing.monotonic()
        for claim, deadline in beating:
            if deadline < now:
                self._give_up(claim)
        live = [claim for claim, deadline in beating if deadline >= now]
        if live:
            for claim in self._link.call(lambda store: store.heartbeat(live)):
                self._drop(claim)

    def _give_up(self, claim: Claim) -> None:
        message = "the attempt did not end at its time-out and was given up"
        with suppress(ClaimLost):
            self._link.call(lambda store: store.fail(claim, ErrorCode.AI_TIMEOUT, message))
        self._drop(claim)

    def _drop(self, claim: Claim) -> None:
        self.remove([claim])
        self._lost(claim)

    def _run(self) -> None:
        while not self._timing.pause(self._stopped, self._interval):
            try:
                self.beat()
            except InterruptedRun:
                return
            except Exception as error:  # noqa: BLE001 - the next beat may succeed; without one every lease runs out
                tell("heartbeat failed", reason=str(error))
