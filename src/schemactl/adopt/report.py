"""What an adoption would do, or did, as a report."""

from collections.abc import Sequence
from dataclasses import replace

from schemactl.adopt.adopting import Adoption, Recorded
from schemactl.adopt.record import FILE_NAME
from schemactl.adopt.unmapped import IN_THE_WAY
from schemactl.core.findings import Finding, Severity, with_distinct_fingerprints
from schemactl.core.results import Cell, Json, Mood, Report, Table, Text
from schemactl.core.words import plural

SHOWN = 40
"""Rows of the table; JSON has them all."""


def findings(adoption: Adoption, recorded: Recorded | None, *, allowed: bool) -> tuple[Finding, ...]:
    """Everything that is left unmapped: errors, or warnings where a person allowed it."""
    told = (*adoption.findings, *(recorded.present.findings if recorded else ()))
    return with_distinct_fingerprints(_allowed(one) if allowed else one for one in told)


def _allowed(one: Finding) -> Finding:
    strict = one.severity is not Severity.ERROR or one.rule == IN_THE_WAY
    return one if strict else replace(one, severity=Severity.WARNING)


def report(adoption: Adoption, recorded: Recorded | None, told: tuple[Finding, ...], *, written: bool) -> Report:
    """The report."""
    files = [one for one in adoption.written if not one.there]
    standing = {one.file: "recorded before" for one in recorded.already} if recorded else {}
    standing |= {one.file: "applied" for one in recorded.new} if recorded else {}
    rows = tuple(
        (Cell(one.identity), Cell(one.file, Mood.GOOD), Cell(standing.get(one.file, "" if recorded else "-"), Mood.DIM))
        for one in adoption.known[:SHOWN]
    )
    rest = len(adoption.known) - SHOWN
    title = f"The first {SHOWN} of {len(adoption.known)}" if rest > 0 else ""
    table = Table(title, (adoption.choice.tool.name, "file", "history"), rows)
    details: dict[str, Json] = {
        "tool": adoption.choice.tool.name,
        "source": str(adoption.choice.place.folder) if adoption.choice.place else None,
        "folder": str(adoption.choice.destination),
        "written": written,
        "migrations": [
            {"identity": one.identity, "file": one.file, "history": standing.get(one.file)} for one in adoption.known
        ],
        "files": [one.path.name for one in files],
        "removed": [str(path) for path in adoption.gone],
        "target": recorded.target if recorded else None,
        "recorded": [one.file for one in recorded.new] if recorded else [],
        "already_recorded": [one.file for one in recorded.already] if recorded else [],
    }
    open_ones = [one for one in told if one.severity is Severity.ERROR]
    steps = Text("Next", "\n".join(_next(adoption, recorded, open_ones, written=written)))
    sections = (table, steps) if rows else (steps,)
    summary = _summary(adoption, recorded, len(files), written=written)
    return Report("adopt", summary, findings=told, sections=sections, details=details)


def _summary(adoption: Adoption, recorded: Recorded | None, files: int, *, written: bool) -> str:
    tool = adoption.choice.tool.title
    would = "" if written else "would be "
    parts = [f"{plural(len(adoption.known), 'migration')} of {tool}"]
    if files or adoption.gone:
        parts.append(f"{plural(files, 'file')} {would}written to {adoption.choice.destination}")
    else:
        parts.append(f"the files in {adoption.choice.destination} are as they should be")
    if recorded is not None:
        new, already = len(recorded.new), len(recorded.already)
        parts.append(
            f"{new} {would}recorded as applied in {recorded.target}" + (f", {already} before" if already else "")
        )
    if not written:
        parts.append("nothing was changed")
    return "; ".join(parts)


def _next(adoption: Adoption, recorded: Recorded | None, open_ones: Sequence[Finding], *, written: bool) -> list[str]:
    if not written:
        if not open_ones:
            return ["--write does it."]
        strict = any(one.rule == IN_THE_WAY for one in open_ones)
        return ["Settle what is listed, then --write" + ("." if strict else "; or go on without it: --allow-unmapped.")]
    lines = []
    if adoption.keeps_record and adoption.choice.place is not None:
        lines.append(f"Commit the folder, {FILE_NAME} too: it says what further databases call each migration.")
    if recorded is None:
        lines.append("Run it again with --database DSN for each database that has these migrations.")
    else:
        lines.append("`schemactl status` shows the history. Run it again with --database for each further database.")
    if adoption.choice.tool.name != "supabase":
        lines.append(f"Run {adoption.choice.tool.title} no more on a database that was taken over.")
    return lines
