"""Time and memory of one attempt, and rounds that take turns."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile

from benchmarks import peak

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


def seconds(command: Sequence[str | Path], environment: Mapping[str, str] | None = None, fine: int = 0) -> float:
    """How long `command` takes. Exit codes up to `fine` are no failure: linters end with 1 when they find something."""
    started = time.perf_counter()
    _run(command, environment, fine)
    return time.perf_counter() - started


def megabytes(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> float:
    """The largest resident size that a process of `command` reached."""
    with NamedTemporaryFile("r", prefix="peak-", encoding="ascii") as report:
        _run([sys.executable, "-I", "-S", Path(peak.__file__), report.name, *command], environment)
        return int(report.read()) / 1024


def _run(command: Sequence[str | Path], environment: Mapping[str, str] | None, fine: int = 0) -> None:
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    if not 0 <= done.returncode <= fine:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
