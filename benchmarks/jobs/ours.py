"""schemactl's runner: one process, 1,000 attempts at once."""

import asyncio
import sys
import time

from benchmarks.jobs.filling import fill
from schemactl.core.config_jobs import JobColumns, JobConfig
from schemactl.jobs.spec import Spec
from schemactl.jobs.worker import Job, Runner, Settings
from schemactl.jobs.worker.handlers import Handler

SPEC = Spec(
    "bench",
    JobConfig(
        table="public.jobs",
        limit=3,
        columns=JobColumns(
            error_message="error_message",
            attempts="retry_count",
            lease_token="lease_token",
            lease_expires_at="lease_expires_at",
        ),
    ),
)


async def nothing(_job: Job) -> None:
    """A job that does nothing."""


def main(url: str, count: int) -> None:
    """Fill, drain, print."""
    fill(url, count)
    runner = Runner(url, SPEC, Handler("bench", nothing), Settings(concurrency=1000, drain=True))
    begun = time.perf_counter()
    totals = asyncio.run(runner.run())
    seconds = time.perf_counter() - begun
    if totals.done != count:
        raise RuntimeError(f"{totals} of {count} jobs")
    print(seconds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
