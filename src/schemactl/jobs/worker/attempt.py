"""One attempt at one job: run the handler, and say how it ended."""

import asyncio
import json
from dataclasses import dataclass

from schemactl.jobs.claims import Claim, ClaimLost, Result
from schemactl.jobs.states import ErrorCode
from schemactl.jobs.worker.handlers import Failure, Handler, Job, JobFailed, Report, result_of
from schemactl.jobs.worker.lanes import Abort, Why
from schemactl.jobs.worker.logs import heard, tell
from schemactl.jobs.worker.settings import Point

LONGEST_MESSAGE = 1000
STOPPED = "the worker was stopped before the attempt ended"


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts at the jobs of the specification `jobs`, each `timeout` seconds long at the most."""

    jobs: str
    handler: Handler
    timeout: float
    report: Report
    point: Point

    async def __call__(self, claim: Claim, why: Why) -> Result | Failure | None:
        """The result, how it failed, or None when the claim was lost meanwhile."""
        if heard():
            known = {"jobs": self.jobs, "job": claim.id, "status": "running", "attempt": claim.attempt}
            tell("started", **known, retry_count=claim.failures)
        outcome = await self._outcome(claim, why)
        if isinstance(outcome, Failure):
            known = {"jobs": self.jobs, "job": claim.id, "status": "running", "attempt": claim.attempt}
            tell("failed", **known, retry_count=claim.failures, error_code=outcome.code, message=outcome.message)
        return outcome

    async def _outcome(self, claim: Claim, why: Why) -> Result | Failure | None:
        handler = self.handler
        try:
            self.point("working", (claim,))
            result = result_of(await handler.handle(Job(claim, self.report)))
            problems = handler.validate(result.values) if handler.validate else ()
        except ClaimLost:
            return None
        except JobFailed as error:
            return Failure(error.code, _short(error.message), error.retry_after)
        except TimeoutError as error:
            return Failure(ErrorCode.AI_TIMEOUT, _short(str(error) or "a call inside the handler timed out"))
        except json.JSONDecodeError as error:
            return Failure(ErrorCode.JSON_PARSE_ERROR, _short(str(error)))
        except asyncio.CancelledError:
            return self._aborted(why(claim))
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is a failed attempt, not the worker's end
            return Failure(ErrorCode.UNEXPECTED_ERROR, _short(f"{type(error).__name__}: {error}"))
        return Failure(ErrorCode.VALIDATION_FAILED, _short("; ".join(problems))) if problems else result

    def _aborted(self, why: Abort) -> Failure | None:
        """How an attempt ended that was cancelled; the lane goes on with the next one."""
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        match why:
            case Abort.LOST:
                return None
            case Abort.TIMEOUT:
                return Failure(ErrorCode.AI_TIMEOUT, f"aborted after {self.timeout:g} s")
            case Abort.STOPPED:
                return Failure(ErrorCode.UNEXPECTED_ERROR, STOPPED)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[: LONGEST_MESSAGE - 1]}…"
