from random import Random

import pytest

from schemactl.apply.ladder import LONGEST_PAUSE, ladder
from schemactl.core.durations import milliseconds


@pytest.mark.parametrize("limit", [1, 50, 2000, 60_000])
@pytest.mark.parametrize("attempts", [1, 5, 30, 5000])
def test_every_try_has_a_time_out_within_the_limit_and_only_the_last_has_no_pause(limit: int, attempts: int):
    rungs = list(ladder(limit, attempts, Random(1)))
    timeouts = [milliseconds(rung.lock_timeout) for rung in rungs]
    assert len(rungs) == attempts
    assert all(0 < timeout <= limit for timeout in timeouts)
    assert timeouts == sorted(timeouts)
    assert all(0 < rung.pause <= LONGEST_PAUSE for rung in rungs[:-1])
    assert rungs[-1].pause == 0


def test_pauses_differ_between_runners():
    assert [rung.pause for rung in ladder(2000, 5, Random(1))] != [rung.pause for rung in ladder(2000, 5, Random(2))]


def test_no_limit_is_one_try():
    assert [(rung.lock_timeout, rung.pause) for rung in ladder(0, 30, Random(1))] == [("0", 0.0)]
