"""pgqueuer's worker on asyncpg, its faster driver: one process, dequeuing in batches."""

import asyncio
import sys
import time

import asyncpg
from pgqueuer import AsyncpgDriver, PgQueuer
from pgqueuer.models import Job
from pgqueuer.types import QueueExecutionMode

BATCH = 500


async def main(url: str, count: int) -> None:
    """Fill, drain, print."""
    connection = await asyncpg.connect(url)
    queuer = PgQueuer(AsyncpgDriver(connection))
    done = 0

    @queuer.entrypoint("nothing")
    async def nothing(_job: Job) -> None:
        nonlocal done
        done += 1

    await queuer.qm.queries.install()
    await queuer.qm.queries.enqueue(["nothing"] * count, [None] * count, [0] * count)
    begun = time.perf_counter()
    await queuer.run(batch_size=BATCH, mode=QueueExecutionMode.drain)
    seconds = time.perf_counter() - begun
    if done != count:
        raise RuntimeError(f"{done} of {count} jobs")
    print(seconds)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
