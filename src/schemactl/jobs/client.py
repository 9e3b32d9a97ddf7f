"""The side of whoever asked for a job: wait for its end with a hard cap, and know how long it will take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from schemactl.core.clock import Clock, SystemClock
from schemactl.core.errors import UsageError
from schemactl.jobs.states import State
from schemactl.jobs.store import Store

CAP = 900.0
"""Seconds that a client waits at most."""
HISTORY = 200

Watch = Callable[[State, float, int | None], None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long finished jobs took, in seconds: half of them, nine in ten, all but one in a hundred; and how many."""

    half: float
    most: float
    nearly_all: float
    jobs: int


@dataclass(frozen=True, slots=True)
class Waited:
    """How waiting ended: the state, after how many seconds, and whether the cap was reached.

    `cleaned` says that the job was cancelled then. `code` and `message` are those of a failed job.
    """

    state: State
    seconds: float
    capped: bool = False
    cleaned: bool = False
    code: str | None = None
    message: str | None = None

    @property
    def may_retry(self) -> bool:
        """Whether asking for the job again makes sense."""
        return self.state in (State.FAILED, State.CANCELLED) or self.capped


def estimate(seconds: Sequence[float]) -> Estimate | None:
    """Percentiles of durations; None where nothing has finished yet."""
    if not seconds:
        return None
    if len(seconds) == 1:
        return Estimate(seconds[0], seconds[0], seconds[0], 1)
    cuts = quantiles(seconds, n=100, method="inclusive")
    return Estimate(cuts[49], cuts[89], cuts[98], len(seconds))


def expected(store: Store) -> Estimate | None:
    """How long the next job will take, judged by those that finished."""
    return estimate(store.durations(HISTORY))


def wait(
    store: Store,
    key: Any,
    *,
    cap: float = CAP,
    poll: float = 1.0,
    clock: Clock | None = None,
    watch: Watch | None = None,
) -> Waited:
    """Poll until the job has ended, for `cap` seconds at most.

    At the cap the job is cancelled where its table knows that, so that nothing is left behind that nobody waits for.
    `watch` hears state, seconds and progress at every poll. Raises UsageError where there is no such job.
    """
    clock = clock or SystemClock()
    begun = clock.monotonic()
    while True:
        row = store.read(key)
        if row is None:
            raise UsageError(f"there is no job {key} in {store.spec.config.table}")
        state, seconds = store.spec.state(row), clock.monotonic() - begun
        if watch:
            watch(state, seconds, row.get(store.spec.columns.progress or ""))
        if state.final or state is State.IDLE:
            return _ended(store, row, state, seconds)
        if seconds >= cap:
            return _capped(store, key, state, seconds)
        clock.sleep(min(poll, cap - seconds))


def retry(store: Store, key: Any, *, request: str = "{}") -> Any:
    """Ask again for a job that has ended; gives the key of the one that waits now."""
    row = store.read(key)
    if row is None:
        raise UsageError(f"there is no job {key} in {store.spec.config.table}")
    if store.spec.functions.create:
        return store.create(row[store.spec.columns.owner or ""], request=request).id
    return store.start(key).id


def _ended(store: Store, row: dict[str, Any], state: State, seconds: float) -> Waited:
    columns = store.spec.columns
    return Waited(
        state,
        seconds,
        code=row.get(columns.error_code or ""),
        message=row.get(columns.error_message or ""),
    )


def _capped(store: Store, key: Any, state: State, seconds: float) -> Waited:
    if State.CANCELLED not in store.spec.labels:
        return Waited(state, seconds, capped=True)
    after = store.cancel(key)
    return Waited(after, seconds, capped=True, cleaned=after is State.CANCELLED)
