"""Short tries for a lock, with an end: a statement that waits for one stops everyone who comes after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

FIRST_SHARE = 0.25
GROWTH = 1.5
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 15.0


@dataclass(frozen=True, slots=True)
class Rung:
    """One try: how long it may wait for a lock, and the pause in seconds after it failed (0 after the last)."""

    lock_timeout: str
    pause: float


def ladder(limit: int, attempts: int, random: Random) -> Iterator[Rung]:
    """The tries: time-outs grow from a quarter of `limit` (milliseconds) up to it, pauses double with jitter.

    Every try has a time-out, the last one too. A `limit` of 0, asked for by a person, is one try without one.
    """
    if limit == 0:
        yield Rung("0", 0.0)
        return
    for number in range(max(1, attempts)):
        timeout = min(limit, max(1, round(limit * FIRST_SHARE * GROWTH ** min(number, 16))))
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(number, 16)) * random.uniform(0.5, 1.0)
        yield Rung(f"{timeout}ms", pause if number + 1 < attempts else 0.0)
