"""procrastinate's worker: one process, as many jobs at once as its documentation suggests for small ones."""

import asyncio
import sys
import time

import procrastinate

CONCURRENCY = 20


async def main(url: str, count: int) -> None:
    """Fill, drain, print."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=4, max_size=20))
    done = 0

    @app.task(name="nothing")
    async def nothing() -> None:
        nonlocal done
        done += 1

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await nothing.batch_defer_async(*({} for _ in range(count)))
        begun = time.perf_counter()
        await app.run_worker_async(wait=False, concurrency=CONCURRENCY, install_signal_handlers=False)
        seconds = time.perf_counter() - begun
    if done != count:
        raise RuntimeError(f"{done} of {count} jobs")
    print(seconds)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
