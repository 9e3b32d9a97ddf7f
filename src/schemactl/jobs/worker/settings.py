"""How a worker works."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from schemactl.jobs.claims import Claim
from schemactl.jobs.worker.timing import Timing

Point = Callable[[str, tuple[Claim, ...]], None]


def nowhere(_point: str, _claims: tuple[Claim, ...]) -> None:
    """Do nothing at any point."""


def identity() -> str:
    """Host and process: what `claimed by` shows."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Settings:
    """`concurrency` attempts at once; times in seconds.

    `poll` between looks for work, `housekeeping` between sweeps, `grace` for running attempts when told to stop;
    `lease` None is the specification's own. `drain` ends when nothing is left. `point` is called in passing `claimed`,
    `working`, `finished` and `acknowledged` (before COMMIT). `timing` is how time passes.
    """

    concurrency: int = 10
    poll: float = 1.0
    housekeeping: float = 15.0
    grace: float = 20.0
    lease: float | None = None
    drain: bool = False
    name: str = field(default_factory=identity)
    point: Point = nowhere
    timing: Timing = field(default_factory=Timing)
