"""Repairs that are certain: which findings get one, what a file becomes, and the difference as a patch."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemactl.core.findings import Edit, Finding, Fix
from schemactl.lint.index import Entry
from schemactl.sql.guards import guarded
from schemactl.sql.parse import Statement


def repair(entry: Entry, statement: Statement) -> Fix | None:
    """The certain repair of a finding about a whole statement: its guarded form, which ends in the same catalog."""
    if entry.family != "rerun":
        return None
    text = guarded(statement)
    if text is None:
        return None
    return Fix("let the statement run again", (Edit(statement.start, statement.end, text),))


@dataclass(frozen=True, slots=True)
class Repaired:
    """A file, what it becomes, and the findings that this settles."""

    file: str
    before: str
    after: str
    settled: tuple[Finding, ...]


def apply(text: str, fixes: Iterable[Fix]) -> str:
    """The text with the edits of all fixes made; a fix that overlaps one before it is left for the next run."""
    edits: list[Edit] = []
    for fix in fixes:
        free = all(edit.end <= other.start or edit.start >= other.end for edit in fix.edits for other in edits)
        if free:
            edits.extend(fix.edits)
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def patch(repaired: Sequence[Repaired], names: Sequence[str]) -> str:
    """The changes as `git apply` takes them; `names` are the files' paths from the folder it runs in."""
    return "".join(_one(item, name) for item, name in zip(repaired, names, strict=True))


def _one(item: Repaired, name: str) -> str:
    before, after = item.before.splitlines(keepends=True), item.after.splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
