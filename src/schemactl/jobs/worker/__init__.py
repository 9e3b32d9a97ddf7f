"""The runner: `worker = Worker()`, handlers registered by the name of their job table, `worker.run(…)`.

worker = Worker()

@worker.handler("weekly_plans", timeout=120, validate=weekly_plan_problems)
async def make_plan(job: Job) -> dict: ...
"""

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress

from schemactl.core.config import Config
from schemactl.core.errors import UsageError
from schemactl.core.words import did_you_mean
from schemactl.jobs.claims import ClaimLost, Result
from schemactl.jobs.spec import Spec, named
from schemactl.jobs.states import ErrorCode
from schemactl.jobs.worker.handlers import Handle, Handler, Job, JobFailed, Validate
from schemactl.jobs.worker.runner import Runner, Totals
from schemactl.jobs.worker.settings import Settings

__all__ = ["ClaimLost", "ErrorCode", "Job", "JobFailed", "Result", "Runner", "Settings", "Totals", "Worker"]


class Worker:
    """Handlers by the name of their job table."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}

    def handler(
        self, name: str, *, timeout: float | None = None, validate: Validate | None = None
    ) -> Callable[[Handle], Handle]:
        """Register an async function for the jobs of the table `[jobs.name]`.

        An attempt that outlives `timeout` seconds is aborted as AI_TIMEOUT. `validate` says what is wrong with the
        values of a result; anything but nothing ends the job as VALIDATION_FAILED.
        """

        def register(handle: Handle) -> Handle:
            if name in self.handlers:
                raise UsageError(f"there are two handlers for `{name}`")
            self.handlers[name] = Handler(name, handle, timeout, validate)
            return handle

        return register

    def runners(self, config: Config, dsn: str, settings: Settings | None = None) -> tuple[Runner, ...]:
        """A runner for each handler. Raises UsageError for a handler whose table is not configured."""
        if not self.handlers:
            raise UsageError("the worker has no handlers", hint='Register one: @worker.handler("NAME").')
        specs: Mapping[str, Spec] = {spec.name: spec for spec in named(config, None)}
        for name in self.handlers:
            if name not in specs:
                raise UsageError(f"a handler is for `{name}`, which is not configured", hint=did_you_mean(name, specs))
        chosen = settings or Settings()
        return tuple(Runner(dsn, specs[name], handler, chosen) for name, handler in self.handlers.items())

    def run(self, config: Config, dsn: str, settings: Settings | None = None) -> dict[str, Totals]:
        """Work until SIGTERM or SIGINT, which let running attempts end; a second one is not needed."""
        runners = self.runners(config, dsn, settings)
        totals = asyncio.run(_together(runners))
        return {runner.spec.name: total for runner, total in zip(runners, totals, strict=True)}


async def _together(runners: tuple[Runner, ...]) -> list[Totals]:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for runner in runners:
            runner.stop()

    with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread, or not on this platform
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
    return await asyncio.gather(*(runner.run() for runner in runners))
