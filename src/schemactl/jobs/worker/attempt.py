"""One attempt at one job: run the handler, and say how it ended."""

import asyncio
import json
from typing import TYPE_CHECKING

from schemactl.jobs.claims import Claim, ClaimLost, Result
from schemactl.jobs.states import ErrorCode
from schemactl.jobs.worker.handlers import Failure, Job, JobFailed, result_of
from schemactl.jobs.worker.lanes import Abort
from schemactl.jobs.worker.logs import heard, tell

if TYPE_CHECKING:
    from schemactl.jobs.worker.runner import Runner

LONGEST_MESSAGE = 1000
STOPPED = "the worker was stopped before the attempt ended"


async def attempt(runner: "Runner", claim: Claim) -> Result | Failure | None:
    """The result, how it failed, or None when the claim was lost meanwhile."""
    if heard():
        known = {"jobs": runner.spec.name, "job": claim.id, "status": "running", "attempt": claim.attempt}
        tell("started", **known, retry_count=claim.failures)
    outcome = await _outcome(runner, claim)
    if isinstance(outcome, Failure):
        known = {"jobs": runner.spec.name, "job": claim.id, "status": "running", "attempt": claim.attempt}
        tell("failed", **known, retry_count=claim.failures, error_code=outcome.code, message=outcome.message)
    return outcome


async def _outcome(runner: "Runner", claim: Claim) -> Result | Failure | None:
    handler = runner.handler
    try:
        runner.settings.point("working", (claim,))
        result = result_of(await handler.handle(Job(claim, runner.report)))
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
        return _aborted(runner, claim)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is a failed attempt, not the worker's end
        return Failure(ErrorCode.UNEXPECTED_ERROR, _short(f"{type(error).__name__}: {error}"))
    return Failure(ErrorCode.VALIDATION_FAILED, _short("; ".join(problems))) if problems else result


def _aborted(runner: "Runner", claim: Claim) -> Failure | None:
    """How an attempt ended that was cancelled; the lane goes on with the next one."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
    match runner.lanes.why(claim):
        case Abort.LOST:
            return None
        case Abort.TIMEOUT:
            return Failure(ErrorCode.AI_TIMEOUT, f"aborted after {runner.timeout:g} s")
        case Abort.STOPPED:
            return Failure(ErrorCode.UNEXPECTED_ERROR, STOPPED)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[: LONGEST_MESSAGE - 1]}…"
