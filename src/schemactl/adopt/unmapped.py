"""Findings of an adoption: what has no counterpart, and where it stands."""

from pathlib import Path

from schemactl.core.findings import Evidence, Finding, Severity, Span


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


def in_history(rule: str, message: str, about: str, *, severity: Severity = Severity.ERROR, hint: str) -> Finding:
    """Something that the tool's history says and the files do not bear out."""
    return Finding(rule, severity, message, Evidence.EXECUTED, object=f"migration {about}", hint=hint)
