"""The order in which people read findings: by file, the worst first."""

from collections.abc import Iterable
from itertools import groupby

from schemactl.core.findings import Finding, worst


def by_file(findings: Iterable[Finding]) -> tuple[tuple[str | None, tuple[Finding, ...]], ...]:
    """Findings grouped by file (None: no file); the worst file comes first, and in it the worst finding."""
    named = sorted(findings, key=_file)
    groups = [(file or None, tuple(sorted(group, key=_rank))) for file, group in groupby(named, key=_file)]
    return tuple(sorted(groups, key=lambda group: (-_worst(group[1]), group[0] or "")))


def _file(finding: Finding) -> str:
    return finding.span.file if finding.span else ""


def _rank(finding: Finding) -> tuple[int, int, int, str]:
    span = finding.span
    return -finding.severity.rank, span.line if span else 0, span.column if span else 0, finding.rule


def _worst(findings: Iterable[Finding]) -> int:
    severity = worst(findings)
    return severity.rank if severity else -1
