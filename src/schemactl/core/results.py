"""What a command hands to a renderer: findings, what was skipped, and sections to show.

Every command builds one `Report`; every format in `schemactl.report` renders any of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from schemactl.core.findings import Finding, Severity

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class Mood(StrEnum):
    """How a cell or line reads; a renderer gives it a colour and, where colour is off, nothing."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    DIM = "dim"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    text: str
    mood: Mood = Mood.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; `numeric` names the columns that align right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """Lines shown as they are; `code` is the language to highlight (`sql`), or empty."""

    title: str
    body: str
    code: str = ""


Section = Table | Text


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be checked, and why. It counts as not passed."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one command.

    `summary` is the one line a person reads first. `details` is the command's own part of the JSON document. `sources`
    maps each file named in a finding to its text, so that a renderer can underline the statement. `pages` maps rules
    named in findings to their documentation (Markdown, first line a summary). `failed` marks a run that is not fine
    although no finding says so.
    """

    command: str
    summary: str
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    sections: tuple[Section, ...] = ()
    details: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    failed: bool = False

    def ok(self, fail_on: Severity = Severity.ERROR) -> bool:
        """Whether nothing failed, nothing was skipped, and no finding is as severe as `fail_on`."""
        return not (self.failed or self.skipped or any(f.severity.at_least(fail_on) for f in self.findings))
