"""What follows on an error code: another attempt or none, and when. Data and pure functions; times in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemactl.jobs.states import ErrorCode


@dataclass(frozen=True, slots=True)
class Reaction:
    """Whether a code is tried again, the delay after the first failure, and the longest one."""

    retry: bool
    delay: float = 0.0
    cap: float = 1800.0


POLICY: Mapping[ErrorCode, Reaction] = MappingProxyType(
    {
        ErrorCode.AI_TIMEOUT: Reaction(retry=True, delay=30.0),
        # Not below a provider's usual window, or the attempts are burnt within it.
        ErrorCode.AI_RATE_LIMIT: Reaction(retry=True, delay=60.0),
        ErrorCode.JSON_PARSE_ERROR: Reaction(retry=True, delay=2.0, cap=30.0),
        ErrorCode.VALIDATION_FAILED: Reaction(retry=False),
        ErrorCode.CONFIG_ERROR: Reaction(retry=False),
        ErrorCode.UNEXPECTED_ERROR: Reaction(retry=True, delay=10.0),
    }
)


def backoff(reaction: Reaction, failures: int, *, chance: float, retry_after: float | None = None) -> float:
    """Seconds until the next attempt, after `failures` failed ones (from 1).

    Doubles each time up to the cap, and spreads by `chance` (0 to 1) over the upper half, so that jobs that failed
    together do not come back together. `retry_after`, what the other side asked for, is never undercut.
    """
    grown = min(reaction.cap, reaction.delay * 2.0 ** min(max(failures - 1, 0), 30))
    spread = grown * (0.5 + 0.5 * chance)
    return spread if retry_after is None else max(retry_after, 0.0) + (spread - grown * 0.5)
