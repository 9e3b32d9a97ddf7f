"""What every check gets, and what it gives back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemactl.core.events import Advanced, Listener
from schemactl.core.findings import Finding
from schemactl.migrations.model import Version
from schemactl.verify.chain import Chain, Step

if TYPE_CHECKING:
    from schemactl.servers import Server
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
    `sizes` are those of the tables where the migrations will run, where they are known.
    """

    chain: Chain
    server: "Server"
    baseline: Version | None
    listener: Listener
    sizes: "Sizes" = field(default_factory=dict)

    def steps(self, check: str) -> Iterator[Step]:
        """The steps in order, telling whoever listens how far `check` is."""
        for done, step in enumerate(self.chain):
            self.listener(Advanced(check, done, step.migration.path.name))
            yield step

    def excused(self, step: Step) -> bool:
        """Whether the step is so old that it need not be re-runnable."""
        version = step.migration.version
        return self.baseline is not None and version is not None and version <= self.baseline
