"""Values that pass between a queue and its workers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from schemactl.core.results import Json
from schemactl.jobs.states import State


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """A job in one worker's hands. `failures` counts failed attempts before this one, `row` is the job as claimed.

    A claim equals itself alone: a worker that lost one may hold another one on the same job.
    """

    id: Any
    token: UUID | None
    failures: int
    row: Mapping[str, Any] = field(repr=False)

    @property
    def attempt(self) -> int:
        """The number of this start, from 1."""
        return self.failures + 1


@dataclass(frozen=True, slots=True)
class Result:
    """What a handler gives back.

    `values` fill the columns that the specification names as results, or are handed to its function as they are.
    `children` are rows of the table of results, by column; `partial` says that some are missing.
    """

    values: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    children: Sequence[Mapping[str, Json]] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """A job that waits, and whether this call made it."""

    id: Any
    state: State
    created: bool


class ClaimLost(Exception):
    """The worker's claim is no longer the job's: drop the result, nothing was changed."""

    def __init__(self, key: object) -> None:
        super().__init__(f"the claim on job {key} is lost")
        self.id = key
