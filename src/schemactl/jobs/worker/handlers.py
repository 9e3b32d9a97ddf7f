"""What a project writes: handlers, what they are given, and how they say that they failed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemactl.jobs.claims import Claim, Result
from schemactl.jobs.states import ErrorCode

Answer = Result | Mapping[str, Any] | None
Handle = Callable[["Job"], Awaitable[Answer]]
Validate = Callable[[Mapping[str, Any]], Sequence[str]]
EMPTY = Result()
Report = Callable[[Claim, int, str | None], Awaitable[None]]


class JobFailed(Exception):
    """Raised by a handler: the attempt failed with this code. `retry_after` is what the other side asked for, in s."""

    def __init__(self, code: ErrorCode | str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = ErrorCode(code)
        self.message = message
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job in a handler's hands: its row as it was claimed, and the way to show progress."""

    claim: Claim
    report: Report = field(repr=False)

    @property
    def id(self) -> Any:
        """The key of the job."""
        return self.claim.id

    @property
    def attempt(self) -> int:
        """The number of this start, from 1."""
        return self.claim.attempt

    @property
    def row(self) -> Mapping[str, Any]:
        """The row as it was claimed."""
        return self.claim.row

    async def progress(self, percent: int, step: str | None = None) -> None:
        """Show how far the work has come, 0 to 100. Raises ClaimLost when it is somebody else's meanwhile."""
        await self.report(self.claim, percent, step)


@dataclass(frozen=True, slots=True)
class Handler:
    """A function for the jobs of one table. `timeout` in seconds, None for the specification's own."""

    name: str
    handle: Handle
    timeout: float | None = None
    validate: Validate | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """How an attempt failed."""

    code: ErrorCode
    message: str
    retry_after: float | None = None


def result_of(answer: Answer) -> Result:
    """What a handler gave back, as a result."""
    if isinstance(answer, Result):
        return answer
    return Result(dict(answer)) if answer else EMPTY
