"""What every check gets, and what it gives back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING

from schemactl.core.events import Advanced, Listener
from schemactl.core.findings import Finding
from schemactl.migrations.model import Migration, Version
from schemactl.verify.chain import Chain, Step
from schemactl.verify.lane import Lane, lane
from schemactl.verify.repro import Script, earlier
from schemactl.verify.roles import Roles

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
class Opening:
    """The statement behind which a table could first be touched by others while its row security was off."""

    schema: str
    table: str
    file: str
    statement: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one check over the chain.

    `findings` stay true whatever files come later, `at_end` is true of the chain as it ends now. `walked` counts
    migrations, by default all. `left_out` are files that the check had nothing to ask of. `costs` are those of the
    locks that were seen, `opened` the tables that were open.
    `alone` are files that touch no table which was there before, `end` the database behind the last file, `kept` one
    behind those that are worth remembering. `lasts`: nothing here forbids to remember it.
    """

    findings: tuple[Finding, ...] = ()
    at_end: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    left_out: frozenset[str] = frozenset()
    walked: int | None = None
    costs: tuple["Cost", ...] = ()
    opened: tuple[Opening, ...] = ()
    alone: frozenset[str] = frozenset()
    end: "Database | None" = None
    kept: "Database | None" = None
    lasts: bool = True


@dataclass(frozen=True)
class Walk:
    """The chain that a check walks, the server it makes its lanes on, and what is asked of it.

    `baseline` is the last version that need not be re-runnable. `listener` hears how far a check has come.
    `sizes` are those of the tables where the migrations will run, where they are known; `branches` what is
    compared with another branch. `removes_invalid`: the runner clears away what interrupted index builds leave.
    Files that need no second look are `before` the chain; the database `start` holds them, and `prior` is what each
    check had to say about them. `alone` and `end` are what the first check saw; it keeps the database behind `cut`
    files. When somebody has `stopped` it, each check ends behind the file under way: so many has it `reached`.
    """

    chain: Chain
    server: "Server"
    baseline: Version | None
    listener: Listener
    sizes: "Sizes" = field(default_factory=dict)
    branches: "Branches | None" = None
    before: Chain = field(default_factory=lambda: Chain(()))
    start: "Database | None" = None
    prior: Mapping[str, Outcome] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()
    end: "Database | None" = None
    cut: int | None = None
    removes_invalid: bool = True
    stopped: Event = field(default_factory=Event)
    reached: dict[str, int] = field(default_factory=dict)

    @cached_property
    def whole(self) -> Chain:
        """All files, those that need no second look included."""
        return Chain((*self.before.migrations, *self.chain.migrations))

    @cached_property
    def roles(self) -> Roles:
        """The roles that the files make."""
        return Roles(self.server, self.whole)

    def script(self, about: str) -> Script:
        """An empty script that shows on another database what is said here."""
        return Script(about, self.server.preset)

    def script_before(self, about: str, step: Step) -> Script:
        """A script that has run all files before `step`."""
        return self.script(about).files(earlier(self.whole, step))

    def known(self, check: str) -> Outcome:
        """What the check had to say about the files before the chain."""
        return self.prior.get(check, Outcome())

    def begin(self) -> Lane:
        """A lane where the chain begins, to be dropped by whoever asks for it."""
        database = self.server.clone(self.start, "end") if self.start else self.server.create_database("end")
        return Lane(self.server, database, self.roles)

    def behind(self, count: int, start: "Database | None") -> "Walk":
        """The walk that begins behind the first `count` files, which the database `start` holds."""
        return replace(self, chain=self.chain.between(count), before=self.chain.upto(count), start=start)

    @contextmanager
    def lane(self) -> "Iterator[Lane]":
        """A lane where the chain begins."""
        with lane(self.server, self.roles, self.start) as there:
            yield there

    @contextmanager
    def lane_from_nothing(self) -> "Iterator[Lane]":
        """A lane on a database that holds the preset alone."""
        with lane(self.server, self.roles) as there:
            yield there

    @contextmanager
    def lane_at_the_end(self) -> "Iterator[Lane]":
        """A lane where the chain ends, without the rows that checks put in."""
        if self.end:
            with lane(self.server, self.roles, self.end) as there:
                yield there
            return
        with self.lane() as there:
            for step in self.chain:
                there.advance(step)
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
        """The steps in order, telling whoever listens how far `check` is; they end where the walk is stopped."""
        for done, step in enumerate(self.chain):
            self.reached[check] = done
            if self.stopped.is_set():
                return
            self.listener(Advanced(check, done, step.migration.path.name))
            yield step
        self.reached[check] = len(self.chain)
        self.listener(Advanced(check, len(self.chain), "the end of the chain"))

    def unreached(self, check: str) -> tuple[NotChecked, ...]:
        """The files that a check did not come to, since the walk was stopped."""
        files = self.chain.between(self.reached.get(check, 0)).migrations
        return tuple(NotChecked(one.file, "interrupted") for one in files) if self.stopped.is_set() else ()

    def excused(self, step: Step) -> bool:
        """Whether the step need not be re-runnable: it is old, or not asked about."""
        if not self.concerns(step.migration):
            return True
        version = step.migration.version
        return self.baseline is not None and version is not None and version <= self.baseline
