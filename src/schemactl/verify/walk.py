"""What every check gets, and what it gives back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemactl.core.events import Advanced, Listener
from schemactl.core.findings import Finding
from schemactl.migrations.model import Migration, Version
from schemactl.verify.chain import Chain, Step
from schemactl.verify.lane import Lane, lane

if TYPE_CHECKING:
    from schemactl.servers import Database, Server
    from schemactl.verify.branches import Branches
    from schemactl.verify.checks.locks import Cost
    from schemactl.verify.stats import Sizes


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A migration that a check could not look at, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one check over the chain: `walked` migrations, by default all; `costs` of the locks it saw."""

    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    walked: int | None = None
    costs: tuple["Cost", ...] = ()


@dataclass(frozen=True)
class Walk:
    """The chain that a check walks, the server it makes its lanes on, and what is asked of it.

    `baseline` is the last version that need not be re-runnable. `listener` hears how far a check has come.
    `sizes` are those of the tables where the migrations will run, where they are known; `branches` what is
    compared with another branch.
    Files that need no second look are `before` the chain; the database `start` holds them.
    """

    chain: Chain
    server: "Server"
    baseline: Version | None
    listener: Listener
    sizes: "Sizes" = field(default_factory=dict)
    branches: "Branches | None" = None
    before: Chain = field(default_factory=lambda: Chain(()))
    start: "Database | None" = None

    @property
    def whole(self) -> Chain:
        """All files, those that need no second look included."""
        return Chain((*self.before.migrations, *self.chain.migrations))

    @contextmanager
    def lane(self) -> "Iterator[Lane]":
        """A lane where the chain begins."""
        with lane(self.server, self.start) as there:
            yield there

    @property
    def added(self) -> frozenset[str]:
        """The files that this branch adds to another one."""
        return self.branches.added if self.branches else frozenset()

    @property
    def theirs(self) -> tuple[Migration, ...]:
        """The migrations that the other branch has and this one lacks."""
        return self.branches.theirs if self.branches else ()

    def concerns(self, migration: Migration) -> bool:
        """Whether findings in the file are asked for: all, or those of files that a branch changes."""
        return self.branches is None or migration.file in self.branches.changed

    def steps(self, check: str) -> Iterator[Step]:
        """The steps in order, telling whoever listens how far `check` is."""
        for done, step in enumerate(self.chain):
            self.listener(Advanced(check, done, step.migration.path.name))
            yield step

    def excused(self, step: Step) -> bool:
        """Whether the step need not be re-runnable: it is old, or not asked about."""
        if not self.concerns(step.migration):
            return True
        version = step.migration.version
        return self.baseline is not None and version is not None and version <= self.baseline
