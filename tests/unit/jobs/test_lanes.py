"""Lanes: no more attempts at once than wanted, each with a time of its own, each aborted alone."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.support.timing import HeldTime

from schemactl.jobs.claims import Claim
from schemactl.jobs.worker.lanes import Abort, Lanes, Why


def claims(count: int) -> list[Claim]:
    return [Claim(number, None, 0, {}) for number in range(count)]


class Bench:
    """Lanes whose attempts wait for `go`, and what became of them."""

    def __init__(self, size: int, timeout: float = 60.0) -> None:
        self.time = HeldTime()
        self.go = asyncio.Event()
        self.most = self.now = 0
        self.outcomes: dict[object, str] = {}
        self.lanes: Lanes[str] = Lanes(size, timeout, self.time, self.work, self.finished)

    async def work(self, claim: Claim, why: Why) -> str:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task
            task.uncancel()
            return why(claim).value
        finally:
            self.now -= 1
        return "done"

    def finished(self, claim: Claim, outcome: str) -> None:
        self.outcomes[claim.id] = outcome

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not what():  # noqa: ASYNC110 - one turn of the loop at a time
                await asyncio.sleep(0)


def play(scene: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await scene()

    asyncio.run(run())


def test_no_more_attempts_run_at_once_than_wanted():
    async def scene() -> None:
        bench = Bench(3)
        bench.lanes.put(claims(10))
        await bench.until(lambda: bench.now == 3)
        for _ in range(20):
            await asyncio.sleep(0)
        assert (bench.most, len(bench.lanes)) == (3, 10)
        bench.go.set()
        await bench.until(lambda: len(bench.outcomes) == 10)
        assert (bench.most, len(bench.lanes)) == (3, 0)

    play(scene)


def test_one_attempt_is_aborted_and_its_lane_goes_on():
    async def scene() -> None:
        bench = Bench(1)
        busy, waiting = claims(2)
        bench.lanes.put([busy, waiting])
        await bench.until(lambda: bench.now == 1)
        bench.lanes.abort(busy, Abort.LOST)
        bench.lanes.abort(waiting, Abort.LOST)  # it has not begun: nothing to abort
        bench.go.set()
        await bench.until(lambda: len(bench.outcomes) == 2)
        assert bench.outcomes == {0: "lost", 1: "done"}

    play(scene)


def test_each_attempt_has_its_own_time():
    async def scene() -> None:
        bench = Bench(2, timeout=60.0)
        first, second, third = claims(3)
        bench.lanes.put([first])
        await bench.until(lambda: bench.now == 1)
        bench.time.go(40.0)
        bench.lanes.put([second, third])
        await bench.until(lambda: bench.now == 2)
        bench.time.go(20.0)
        await bench.until(lambda: first.id in bench.outcomes)
        assert bench.outcomes == {first.id: "timeout"}
        bench.time.go(40.0)
        await bench.until(lambda: second.id in bench.outcomes)
        assert third.id not in bench.outcomes
        bench.time.go(20.0)
        await bench.until(lambda: third.id in bench.outcomes)
        assert set(bench.outcomes.values()) == {"timeout"}

    play(scene)


def test_two_claims_on_one_job_do_not_stand_for_each_other():
    async def scene() -> None:
        bench = Bench(2)
        lost, live = Claim(1, None, 0, {}), Claim(1, None, 1, {})
        bench.lanes.put([lost, live])
        await bench.until(lambda: bench.now == 2)
        bench.lanes.abort(lost, Abort.LOST)
        await bench.until(lambda: bench.now == 1)
        assert bench.outcomes == {1: "lost"}
        bench.go.set()
        await bench.until(lambda: not len(bench.lanes))
        assert bench.outcomes == {1: "done"}

    play(scene)


def test_stopping_ends_what_runs_and_gives_back_what_did_not_begin():
    async def scene() -> None:
        bench = Bench(2)
        bench.lanes.put(claims(5))
        await bench.until(lambda: bench.now == 2)
        assert [claim.id for claim in bench.lanes.stop()] == [2, 3, 4]
        await bench.until(lambda: len(bench.outcomes) == 2)
        assert set(bench.outcomes.values()) == {"stopped"}

    play(scene)


def test_work_that_never_waits_leaves_others_their_turn():
    async def scene() -> None:
        turns = 0
        seen: list[int] = []

        async def work(_claim: Claim, _why: Why) -> None:
            seen.append(turns)

        lanes: Lanes[None] = Lanes(1, 60.0, HeldTime(), work, lambda _claim, _outcome: None)
        lanes.put(claims(1000))
        while len(lanes):
            turns += 1
            await asyncio.sleep(0)
        assert len(seen) == 1000
        assert max(seen) >= 5

    play(scene)
