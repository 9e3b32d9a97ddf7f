"""A real worker process of the exercise, which kills itself at a named point or waits at a gate in mid-work.

`python -m schemactl.jobs.exercise.victim`, with one JSON object as its argument: `config` (a file), `name`, `dsn`,
`concurrency`, `point` and `after` (SIGKILL at the so-manieth passing of that point), `gate` (work waits until this file
is gone).
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from schemactl.core.config import load
from schemactl.jobs.claims import Claim, Result
from schemactl.jobs.worker import Job, Settings, Worker


def main(told: dict[str, Any]) -> None:
    """Work until nothing is left, or until the end comes."""
    config = load(Path(told["config"]))
    sample = json.loads(config.jobs[told["name"]].sample)
    gate = Path(told["gate"]) if told.get("gate") else None
    worker = Worker()

    @worker.handler(told["name"])
    async def work(job: Job) -> Result:
        await job.progress(50, "half way")
        while gate and gate.exists():  # noqa: ASYNC110 - the gate is another process's file
            await asyncio.sleep(0.01)
        return Result(sample)

    settings = Settings(
        concurrency=told.get("concurrency", 4), poll=0.05, housekeeping=0.2, drain=True, point=_killer(told)
    )
    totals = worker.run(config, told["dsn"], settings)[told["name"]]
    sys.stdout.write(json.dumps({"done": totals.done, "lost": totals.lost, "failed": totals.failed}) + "\n")


def _killer(told: dict[str, Any]) -> Any:
    """What to do in passing a point."""
    left = {told.get("point"): int(told.get("after", 0))}

    def pass_by(point: str, claims: tuple[Claim, ...]) -> None:
        if point in left:
            left[point] -= len(claims)
            if left[point] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return pass_by


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
