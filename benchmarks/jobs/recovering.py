"""A worker that hangs in mid-work, to be killed, or one that works on: `URL LEASE hang|work`."""

import asyncio
import sys

from benchmarks.jobs.ours import SPEC
from schemactl.jobs.worker import Job, Runner, Settings
from schemactl.jobs.worker.handlers import Handler


async def hang(_job: Job) -> None:
    """Never end."""
    await asyncio.Event().wait()


async def nothing(_job: Job) -> None:
    """End at once."""


def main(url: str, lease: float, how: str) -> None:
    """Work until killed."""
    concurrency = 50 if how == "hang" else 100  # no room for another look
    settings = Settings(concurrency=concurrency, lease=lease, poll=0.1, housekeeping=lease / 4)
    asyncio.run(Runner(url, SPEC, Handler("bench", hang if how == "hang" else nothing), settings).run())


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3])
