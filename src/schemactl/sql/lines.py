"""Offsets to lines and columns."""

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

BOM = "\ufeff"
_WIDE = re.compile(r"[^\x00-\x7f]")


class Lines:
    """The lines of a text.

    Offsets count characters from 0, lines and columns from 1. A line ends with LF, so that CRLF ends one too. A byte
    order mark takes no column, as in an editor.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset`; the length of the text is a valid offset."""
        line = bisect_right(self._starts, offset)
        column = offset - self._starts[line - 1] + 1
        if line == 1 and column > 1 and self._text.startswith(BOM):
            column -= 1
        return line, column

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        find = self._text.find
        while newline := find("\n", starts[-1]) + 1:
            starts.append(newline)
        return starts


class Characters:
    """Byte offsets of a text's UTF-8 form to character offsets; nothing is computed where the text is ASCII."""

    def __init__(self, text: str) -> None:
        self._text = text

    def offset(self, byte: int) -> int:
        """The character offset of the character whose first byte is `byte`."""
        starts, excess = self._wide
        return byte - excess[bisect_left(starts, byte)]

    @cached_property
    def _wide(self) -> tuple[list[int], list[int]]:
        """First bytes of the characters that take several, and how many bytes too many stand before each."""
        starts: list[int] = []
        excess = [0]
        if not self._text.isascii():
            total = 0
            for match in _WIDE.finditer(self._text):
                starts.append(match.start() + total)
                character = match.group()
                total += 1 if character < "\u0800" else 2 if character < "\U00010000" else 3
                excess.append(total)
        return starts, excess
