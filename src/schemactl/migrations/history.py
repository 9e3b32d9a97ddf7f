"""What a target remembers of the migrations it got, as values. Reading and writing them is the job of `apply`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from schemactl.migrations.model import Version


class State(StrEnum):
    """How far a migration came.

    `running`: statements are being recorded one by one, or were when the runner died; the one after `done` was
    intended. `failed`: the one after `done` failed. `baseline`: declared present, never run here; every lower version
    counts as present too.
    """

    RUNNING = "running"
    APPLIED = "applied"
    FAILED = "failed"
    BASELINE = "baseline"

    @property
    def complete(self) -> bool:
        """Whether nothing is left to run."""
        return self in (State.APPLIED, State.BASELINE)


@dataclass(frozen=True, slots=True)
class StatementMark:
    """One statement as it was run: its tokens' checksum, and its text for people, shortened and without secrets."""

    checksum: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One row of the history. `version` is None for a repeatable, which is known by `name`.

    Checksums are None where the ledger keeps none (a baseline, the Supabase CLI's table); `statements` may be empty for
    the same reason. `done` of `total` statements are behind us; `intended` is the one that was about to run outside a
    transaction, so that after a crash nobody knows whether it did. `texts` are the statements in full, for a ledger
    that keeps them; reading gives none.
    """

    version: Version | None
    name: str
    state: State = State.APPLIED
    raw_checksum: str | None = None
    token_checksum: str | None = None
    statements: tuple[StatementMark, ...] = ()
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    applied_by: str = ""
    tool_version: str = ""
    error: str | None = None
    intended: int | None = None
    texts: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @property
    def duration(self) -> timedelta | None:
        """How long it ran, or None when it did not finish or was never run."""
        return self.finished_at - self.started_at if self.finished_at and self.started_at else None

    @property
    def title(self) -> str:
        """`0004_generations`, or `R__views` for a repeatable."""
        return f"{self.version}_{self.name}" if self.version else f"R__{self.name}"
