"""Starts and claims that arrive together: one job, one worker each.

Eight clients start one job at once, and eight workers share forty jobs; each call is a connection of its own.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from schemactl.jobs.claims import Claim, Started
from schemactl.jobs.exercise.breach import Breach
from schemactl.jobs.exercise.places import of_call
from schemactl.jobs.exercise.stage import Stage
from schemactl.jobs.states import State
from schemactl.jobs.store import Store

WORKERS, JOBS = 8, 40
T = TypeVar("T")


def run(stage: Stage) -> Iterator[Breach]:
    """Start one job many times, then share many jobs among many workers."""
    yield from _double_start(stage)
    yield from _double_claim(stage)


def _double_start(stage: Stage) -> Iterator[Breach]:
    stage.fresh()
    job = stage.job(waiting=False)
    idle = State.IDLE in stage.spec.labels
    create = bool(stage.spec.functions.create)
    if not idle and not create:
        return  # a row of this table is a job as soon as it is there

    def start(store: Store) -> Started:
        return store.create(job.owner) if create else store.start(job.id)

    answers = _together(_stores(stage), start)
    if sum(answer.created for answer in answers) != 1 or len({answer.id for answer in answers}) != 1:
        yield Breach(
            "job-double-start",
            of_call(stage.spec, "create"),
            f"of {WORKERS} starts at once {sum(answer.created for answer in answers)} began a job",
            "Look for the active job and make the new one under one lock, or let a partial unique index refuse it.",
            stage.script(),
        )


def _double_claim(stage: Stage) -> Iterator[Breach]:
    stage.fresh()
    for _ in range(JOBS):
        stage.job()

    def work(store: Store) -> list[Claim]:
        taken: list[Claim] = []
        while claims := store.claim("worker", limit=3):
            taken += claims
        return taken

    taken = [claim.id for claims in _together(_stores(stage), work) for claim in claims]
    doubled = [key for key, times in Counter(taken).items() if times > 1]
    if doubled or len(taken) != JOBS:
        yield Breach(
            "job-double-claim",
            of_call(stage.spec, "claim"),
            f"{WORKERS} workers claimed {len(taken)} times what are {JOBS} jobs; {len(doubled)} were given out twice",
            "Claim with FOR UPDATE SKIP LOCKED in a materialized CTE.",
            stage.script(),
        )


def _stores(stage: Stage) -> list[Store]:
    return [stage.store(f"worker {number}") for number in range(WORKERS)]


def _together(stores: list[Store], call: Callable[[Store], T]) -> list[T]:
    """Every store makes the call at the same moment."""
    gate = threading.Barrier(len(stores))

    def go(store: Store) -> T:
        gate.wait()
        return call(store)

    with ThreadPoolExecutor(len(stores)) as pool:
        return list(pool.map(go, stores))
