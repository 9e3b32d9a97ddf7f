"""One model of a finding for lint, verify, rls, jobs and types."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """`error` breaks or leaks, `warning` costs under load or is fragile, `info` is worth a line."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return list(Severity).index(self)

    def at_least(self, other: "Severity") -> bool:
        """Whether this severity is `other` or worse."""
        return self.rank >= other.rank


class Evidence(StrEnum):
    """How a finding is known: read from the SQL, seen on a server, or proved for every case."""

    STATIC = "static"
    EXECUTED = "executed"
    PROVED = "proved"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file. Lines and columns count characters from 1; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters from `start` up to `end` (offsets into the file, from 0) by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that is certain: edits of the finding's own file, in order, not overlapping."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that breaks, leaks, costs or is worth a line, and its repair.

    `statement` counts from 1 within the file. `object` names what is concerned (`table public.orders`). `hint` holds
    the safe SQL or what to do, `repro` a psql script that shows the behaviour. `fingerprint` stays the same under
    unrelated edits.
    """

    rule: str
    severity: Severity
    message: str
    evidence: Evidence
    span: Span | None = None
    statement: int | None = None
    object: str | None = None
    hint: str | None = None
    fix: Fix | None = None
    repro: str | None = None
    fingerprint: str = ""


def fingerprint(finding: Finding, statement_text: str = "") -> str:
    """Identify a finding by rule, file, object and the statement's words, so that moved lines do not change it."""
    file = finding.span.file if finding.span else ""
    return identify(finding.rule, file, finding.object, " ".join(statement_text.split()), finding.message)


def identify(rule: str, file: str, about: str | None, words: str, message: str) -> str:
    """The fingerprint of a finding that is not made yet, from its statement on one line, or else its message."""
    parts = "\x1f".join((rule, file, about or "", words or message))
    return hashlib.sha256(parts.encode(errors="backslashreplace")).hexdigest()[:16]


def with_distinct_fingerprints(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Number findings that share a fingerprint, in order, so that each can be named alone."""
    seen: dict[str, int] = {}
    result = []
    for finding in findings:
        base = finding.fingerprint or fingerprint(finding)
        count = seen[base] = seen.get(base, 0) + 1
        distinct = base if count == 1 else f"{base}-{count}"
        result.append(finding if finding.fingerprint == distinct else replace(finding, fingerprint=distinct))
    return tuple(result)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The highest severity among the findings, or None."""
    return max((finding.severity for finding in findings), key=lambda severity: severity.rank, default=None)
