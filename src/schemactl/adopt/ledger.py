"""The other tool's tables in a target, and what they say about the files."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemactl.adopt.model import Applied, Counterpart, History, Row, Tool
from schemactl.adopt.unmapped import in_history
from schemactl.apply.session import Session
from schemactl.core.errors import HistoryError
from schemactl.core.findings import Finding, Severity
from schemactl.core.words import plural
from schemactl.db.query import query
from schemactl.migrations import names

PACKAGE = "schemactl.adopt"


@dataclass(frozen=True, slots=True)
class Present:
    """What a target has: `applied` by the tool's word, everything up to `baseline` without a run, and what is amiss."""

    applied: tuple[Counterpart, ...] = ()
    baseline: Counterpart | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def baseline_file(self) -> str:
        """The name of the file that the baseline ends with, or nothing."""
        return self.baseline.file if self.baseline else ""


def read(session: Session, tables: Sequence[str]) -> History:
    """The rows of each table; None where there is none. Raises ServerError."""
    return tuple(_rows(session, table) for table in tables)


def _rows(session: Session, table: str) -> tuple[Row, ...] | None:
    found = session.fetch(query(PACKAGE, "queries/find_table.sql", name=table))
    if not found:
        return None
    schema, name = found[0]
    return tuple(row for (row,) in session.fetch(query(PACKAGE, "queries/read_table.sql", schema=schema, name=name)))


def judge(tool: Tool, table: str, history: History, known: Sequence[Counterpart]) -> Present:
    """What of `known` the target has. Raises HistoryError for a state that must be settled first."""
    if history[0] is None:
        hint = "Name it with --table, or connect as the role whose search_path finds it."
        message = f"no table {table} here: nothing counts as applied"
        return Present(
            findings=(in_history("adopt-no-history", message, tool.name, severity=Severity.WARNING, hint=hint),)
        )
    by_identity = {one.identity: one for one in known}
    applied: list[Counterpart] = []
    baseline: Counterpart | None = None
    findings: list[Finding] = []
    for one in _applied(tool, table, history, known):
        mine = by_identity.get(one.identity)
        if mine is None:
            findings.append(_without_file(tool, one))
        elif one.baseline:
            baseline = mine
        elif one.checksum is None or mine.checksum in (None, one.checksum):
            applied.append(mine)
        elif not _repeats(mine):
            findings.append(_edited(tool, mine))
            applied.append(mine)
    findings += _gaps(known, applied, baseline)
    return Present(tuple(one for one in known if one in applied), baseline, tuple(findings))


def _applied(tool: Tool, table: str, history: History, known: Sequence[Counterpart]) -> tuple[Applied, ...]:
    try:
        return tool.applied(history, known)
    except (KeyError, ValueError, TypeError) as error:
        hint = "Say which tool is meant, or which table with --table."
        raise HistoryError(f"{table} is there, but {tool.title} did not make it", hint=hint) from error


def _without_file(tool: Tool, one: Applied) -> Finding:
    hint = "Bring its file back; or leave it out with --allow-unmapped, when a later migration took it back."
    return in_history(
        "adopt-unknown", f"{tool.title} has applied {one.identity}, but no file here is it", one.identity, hint=hint
    )


def _edited(tool: Tool, one: Counterpart) -> Finding:
    hint = f"Compare the file with what was applied; --allow-unmapped records it as it is now, as {one.file}."
    return in_history("adopt-edited", f"edited after {tool.title} had applied it", one.identity, hint=hint)


def _gaps(known: Sequence[Counterpart], applied: Sequence[Counterpart], baseline: Counterpart | None) -> list[Finding]:
    """Files that the target lacks although it has later ones: schemactl calls them out of order."""
    there = {one.file for one in applied} | ({baseline.file} if baseline else set())
    versioned = [one for one in known if not _repeats(one)]
    last = max((index for index, one in enumerate(versioned) if one.file in there), default=-1)
    first = next((index for index, one in enumerate(versioned) if baseline and one.file == baseline.file), -1)
    gaps = [one for one in versioned[first + 1 : last] if one.file not in there]
    if not gaps:
        return []
    named = ", ".join(one.file for one in gaps[:3]) + (", …" if len(gaps) > 3 else "")
    verb = "is" if len(gaps) == 1 else "are"
    message = f"{plural(len(gaps), 'file')} below the last applied one {verb} not applied: {named}"
    hint = "They stay so: `schemactl apply --out-of-order` runs them."
    return [in_history("adopt-gap", message, gaps[0].identity, severity=Severity.WARNING, hint=hint)]


def _repeats(one: Counterpart) -> bool:
    name = names.read(one.file)
    return name is not None and name.version is None
