"""The life of a job: states, and the calls that move it from one to another."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """What a label of a status column means."""

    IDLE = "idle"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether a job in this state has ended."""
        return self in FINAL


class Call(StrEnum):
    """What can be done to a job."""

    START = "start"
    CLAIM = "claim"
    HEARTBEAT = "heartbeat"
    COMPLETE = "complete"
    FAIL = "fail"
    CANCEL = "cancel"
    SWEEP = "sweep"
    EXPIRE = "expire"


FINAL = frozenset({State.DONE, State.PARTIAL, State.FAILED, State.CANCELLED})

TRANSITIONS: Mapping[tuple[State, Call], frozenset[State]] = MappingProxyType(
    {
        (State.IDLE, Call.START): frozenset({State.WAITING}),
        (State.WAITING, Call.CLAIM): frozenset({State.RUNNING}),
        (State.WAITING, Call.CANCEL): frozenset({State.CANCELLED}),
        (State.WAITING, Call.EXPIRE): frozenset({State.FAILED}),
        (State.RUNNING, Call.HEARTBEAT): frozenset({State.RUNNING}),
        (State.RUNNING, Call.COMPLETE): frozenset({State.DONE, State.PARTIAL, State.FAILED}),
        (State.RUNNING, Call.FAIL): frozenset({State.WAITING, State.FAILED}),
        (State.RUNNING, Call.CANCEL): frozenset({State.CANCELLED}),
        (State.RUNNING, Call.SWEEP): frozenset({State.WAITING, State.FAILED}),
    }
)
"""Where each call may lead. A pair that is missing must change nothing; an ended job starts over only when asked to."""


class ErrorCode(StrEnum):
    """Why an attempt failed."""

    AI_TIMEOUT = "AI_TIMEOUT"
    AI_RATE_LIMIT = "AI_RATE_LIMIT"
    JSON_PARSE_ERROR = "JSON_PARSE_ERROR"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    CONFIG_ERROR = "CONFIG_ERROR"
    UNEXPECTED_ERROR = "UNEXPECTED_ERROR"
