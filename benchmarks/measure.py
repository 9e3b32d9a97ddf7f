"""Time and memory of one attempt, and rounds that take turns."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Attempt = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who does the work. `attempt` prepares, does it once, and returns what the subject counts."""

    name: str
    version: str
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Subject:
    """Work that several contenders do; the first of them is the one that the others are compared with."""

    title: str
    unit: str
    contenders: Sequence[Contender]
    rounds: int = 5
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contender did, round by round."""

    contender: Contender
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the samples."""
        return median(self.samples)


def compare(subject: Subject, tell: Callable[[str], None]) -> tuple[Outcome, ...]:
    """Every contender once a round, each round starting with the next, so that a busy moment hits nobody alone."""
    samples: dict[str, list[float]] = {contender.name: [] for contender in subject.contenders}
    for turn in range(subject.rounds):
        shift = turn % len(subject.contenders)
        for contender in (*subject.contenders[shift:], *subject.contenders[:shift]):
            tell(f"{subject.title}: round {turn + 1} of {subject.rounds}, {contender.name}")
            samples[contender.name].append(contender.attempt())
    return tuple(Outcome(contender, tuple(samples[contender.name])) for contender in subject.contenders)


def seconds(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> float:
    """How long `command` takes."""
    return _run(command, environment)[0]


def megabytes(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> float:
    """The largest resident size that a process of `command` reached."""
    return _run(command, environment)[1]


def _run(command: Sequence[str | Path], environment: Mapping[str, str] | None) -> tuple[float, float]:
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    ) as process:
        assert process.stderr
        complaints = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(
            f"{command[0]} ended with {process.returncode}: {complaints.decode(errors='replace')[-2000:]}"
        )
    return elapsed, usage.ru_maxrss / 1024
