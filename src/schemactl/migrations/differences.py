"""What an edit did to the statements of a migration that a database already has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff

from schemactl.migrations.history import StatementMark


@dataclass(frozen=True, slots=True)
class StatementChange:
    """One statement that was added (`before` is None), removed (`after` is None) or changed.

    `index` counts from 1: in the file as it is now, or, for a removed statement, as it was applied.
    """

    index: int
    before: StatementMark | None
    after: StatementMark | None

    def __str__(self) -> str:
        """A heading and a diff of the texts, for people."""
        did = "added" if self.before is None else "removed" if self.after is None else "changed"
        return "\n".join((f"statement {self.index} was {did}:", *(f"  {line}" for line in self._diff())))

    def _diff(self) -> Iterator[str]:
        before = self.before.text.splitlines() if self.before else []
        after = self.after.text.splitlines() if self.after else []
        for number, line in enumerate(unified_diff(before, after, lineterm="", n=2)):
            if number > 1 and not line.startswith("@@"):
                yield line


def compare(applied: Sequence[StatementMark], now: Sequence[StatementMark]) -> tuple[StatementChange, ...]:
    """The changes that lead from the statements as applied to those in the file; none when the tokens are the same."""
    matcher = SequenceMatcher(
        None, [mark.checksum for mark in applied], [mark.checksum for mark in now], autojunk=False
    )
    changes: list[StatementChange] = []
    for tag, start, end, now_start, now_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        before, after = applied[start:end], now[now_start:now_end]
        for offset in range(max(len(before), len(after))):
            old = before[offset] if offset < len(before) else None
            new = after[offset] if offset < len(after) else None
            changes.append(StatementChange((now_start if new else start) + offset + 1, old, new))
    return tuple(changes)
