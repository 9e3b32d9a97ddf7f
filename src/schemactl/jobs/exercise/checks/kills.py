"""Real worker processes die at every point of a job, sessions end, the server restarts: nothing is lost or done twice.

SIGKILL after the claim, in mid-work, before the acknowledgement, between it and COMMIT; `pg_terminate_backend`; an
immediate restart of the server, which is a crash; and a worker that is stopped until its lease has run out, then woken.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import schemactl
from schemactl.jobs.exercise.breach import Breach, Figure, NotTried
from schemactl.jobs.exercise.places import of_call
from schemactl.jobs.exercise.stage import Job, Stage
from schemactl.jobs.states import State
from schemactl.jobs.store import Store

JOBS = 12
PATIENCE = 60.0
POINTS = ("claimed", "working", "finished", "acknowledged")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What became of the jobs after one kind of accident."""

    lost: int
    doubled: int
    unfinished: int
    ended: Counter[str]


def run(stage: Stage) -> Iterator[Breach | NotTried | Figure]:
    """Every accident, with jobs of its own."""
    if stage.source is None:
        yield NotTried(f"{stage.spec.name}: kills", "worker processes need a configuration file")
        return
    accidents: dict[str, Callable[[Stage, list[Job]], None]] = {
        **{f"killed when {point}": _killed(point) for point in POINTS},
        "sessions ended": _sessions_ended,
        "stopped and woken": _stopped_and_woken,
    }
    if stage.server.capabilities.can_restart:
        accidents["server restarted"] = _server_restarted
    else:
        yield NotTried(f"{stage.spec.name}: server restart", "this server is not ours to restart")
    seen = {}
    for name, accident in accidents.items():
        stage.fresh()
        jobs = [stage.job() for _ in range(JOBS)]
        stage.journal.note(f"{JOBS} jobs; accident: {name}")
        accident(stage, jobs)
        _recover(stage, jobs)
        seen[name] = _look(stage, jobs)
        bad = seen[name].lost + seen[name].doubled + seen[name].unfinished
        if bad:
            yield _breach(stage, name, seen[name])
    yield Figure(_figures(seen))


def _figures(seen: dict[str, _Seen]) -> str:
    jobs = len(seen) * JOBS
    lost, doubled = sum(one.lost for one in seen.values()), sum(one.doubled for one in seen.values())
    unfinished = sum(one.unfinished for one in seen.values())
    ended = sum((one.ended for one in seen.values()), Counter[str]())
    how = ", ".join(f"{count} {state}" for state, count in ended.most_common())
    return f"{len(seen)} accidents, {jobs} jobs: {how}, {lost} lost, {doubled} doubled, {unfinished} open"


def _killed(point: str) -> Callable[[Stage, list[Job]], None]:
    def accident(stage: Stage, jobs: list[Job]) -> None:
        del jobs
        with worker(stage, point=point, after=3) as process:
            code = process.wait(PATIENCE)
        if code != -signal.SIGKILL:
            raise RuntimeError(f"the worker passed `{point}` unharmed: {code}")

    return accident


def _sessions_ended(stage: Stage, jobs: list[Job]) -> None:
    with gated(stage, jobs) as process:
        stage.run("end_sessions", {})
    process.wait(PATIENCE)


def _server_restarted(stage: Stage, jobs: list[Job]) -> None:
    with gated(stage, jobs) as process:
        stage.close()
        stage.server.restart("immediate")
        stage.reconnect()
    process.wait(PATIENCE)


def _stopped_and_woken(stage: Stage, jobs: list[Job]) -> None:
    with gated(stage, jobs) as process:
        os.kill(process.pid, signal.SIGSTOP)
        for job in jobs:
            stage.lease_runs_out(job)
        store = Store(stage.owner, stage.spec)
        store.sweep()
        _restart(stage, jobs)
        with worker(stage) as other:
            other.wait(PATIENCE)
        os.kill(process.pid, signal.SIGCONT)
    process.wait(PATIENCE)


def _restart(stage: Stage, jobs: list[Job]) -> None:
    """Let backoffs pass."""
    for job in jobs:
        stage.wait_passes(job, 0.0)


def _recover(stage: Stage, jobs: list[Job]) -> None:
    """Leases run out, backoffs pass, and a worker that nothing happens to takes over."""
    for _ in range(5):
        for job in jobs:
            stage.lease_runs_out(job)
        Store(stage.owner, stage.spec).sweep()
        _restart(stage, jobs)
        with worker(stage) as process:
            process.wait(PATIENCE)
        if all(stage.state(job).final for job in jobs):
            return


def _look(stage: Stage, jobs: list[Job]) -> _Seen:
    states = [stage.state(job) for job in jobs]
    done = {stage.spec.labels[state] for state in (State.DONE, State.PARTIAL) if state in stage.spec.labels}
    times = [sum(one["new"] in done and one["old"] not in done for one in stage.transitions(job)) for job in jobs]
    lost = sum(_gave_up(stage, job) for job in jobs)
    ended = Counter(str(state) for state in states)
    return _Seen(lost, sum(count > 1 for count in times), sum(not state.final for state in states), ended)


def _gave_up(stage: Stage, job: Job) -> bool:
    """Whether the job failed though attempts were left."""
    row, attempts = stage.row(job), stage.spec.columns.attempts
    failed = stage.spec.state(row) is State.FAILED
    return bool(failed and attempts and row[attempts] < stage.spec.attempts_allowed(row))


def _breach(stage: Stage, accident: str, seen: _Seen) -> Breach:
    counts = f"{seen.lost} lost, {seen.doubled} done twice, {seen.unfinished} unfinished"
    return Breach(
        "job-lost-in-accident",
        of_call(stage.spec, "claim"),
        f"{accident}: of {JOBS} jobs {counts}",
        "Lease claims on the database's clock, fence every later write, and sweep what has expired.",
        stage.script(),
    )


@contextmanager
def worker(stage: Stage, **told: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker process that works until nothing is left; killed when the block is left early."""
    facts = {"config": stage.source, "name": stage.spec.name, "dsn": stage.database.superuser_dsn, **told}
    source = str(Path(schemactl.__file__).parents[1])
    path = os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(
        [sys.executable, "-m", "schemactl.jobs.exercise.victim", json.dumps(facts)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        yield process
        _, said = process.communicate(timeout=PATIENCE)
        if process.returncode not in (0, -signal.SIGKILL):
            raise RuntimeError(f"a worker ended with {process.returncode}: {said.decode(errors='replace')[-2000:]}")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@contextmanager
def gated(stage: Stage, jobs: list[Job]) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker that waits in mid-work as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="schemactl-gate-") as folder:
        gate = Path(folder) / "shut"
        gate.touch()
        with worker(stage, gate=str(gate), concurrency=3) as process:
            end = time.monotonic() + PATIENCE
            while sum(stage.state(job) is State.RUNNING for job in jobs) < 3:
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("the worker never claimed a job")
                time.sleep(0.01)
            yield process
            gate.unlink()
