"""Findings of an adoption: what has no counterpart, and where it stands."""

from dataclasses import replace
from pathlib import Path

from schemactl.core.findings import Evidence, Finding, Severity, Span

IN_THE_WAY = "adopt-in-the-way"


def unmapped(message: str, file: Path, line: int = 1, *, hint: str | None = None) -> Finding:
    """Something in the tool's files that schemactl does not do, or does in another way."""
    return Finding(
        "adopt-unmapped",
        Severity.ERROR,
        message,
        Evidence.STATIC,
        span=Span(str(file), line, 1, line, 1),
        hint=hint,
    )


def in_the_way(file: Path) -> Finding:
    """A file that would stay in the new folder, which schemactl would then refuse; nobody can allow that."""
    hint = "Move it out of the folder, or adopt with --into another one."
    return replace(unmapped("would stay among the migrations without being one", file, hint=hint), rule=IN_THE_WAY)


def in_history(rule: str, message: str, about: str, *, severity: Severity = Severity.ERROR, hint: str) -> Finding:
    """Something that the tool's history says and the files do not bear out."""
    return Finding(rule, severity, message, Evidence.EXECUTED, object=f"migration {about}", hint=hint)
