"""Comments: where they stand, and what lies between statements."""

import re
from collections.abc import Iterator

from schemactl.sql.tokens import scan

WHITE_SPACE = " \t\n\r\f\v"
_BLANK = re.compile(r"[ \t\n\r\f\v;\ufeff]*")
_LINE = re.compile(r"--[^\n\r]*")
_BLOCK_EDGE = re.compile(r"/\*|\*/")


def leading(text: str, start: int) -> tuple[int, list[tuple[int, int]]]:
    """Skip blanks, semicolons and comments from `start`: where that ends, and the spans of the comments."""
    spans: list[tuple[int, int]] = []
    while True:
        start = _BLANK.match(text, start).end()  # type: ignore[union-attr]
        if text.startswith("--", start):
            end = _LINE.match(text, start).end()  # type: ignore[union-attr]
        elif text.startswith("/*", start):
            end = _block_end(text, start)
        else:
            return start, spans
        spans.append((start, end))
        start = end


def inside(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of the comments within a statement, which begins at `start`."""
    part = text[start:end]
    if "--" in part or "/*" in part:
        for token in scan(part):
            if token.is_comment:
                yield start + token.start, start + token.end


def trimmed_end(text: str, start: int, end: int) -> int:
    """The end of the last token of the statement in `start` to `end`, which white space and comments may follow."""
    part = text[start:end].rstrip(WHITE_SPACE)
    if part.endswith("*/") or "--" in part[part.rfind("\n") + 1 :]:
        return start + max((token.end for token in scan(part) if not token.is_comment), default=0)
    return start + len(part)


def _block_end(text: str, start: int) -> int:
    """Comments nest: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-COMMENTS."""
    depth = 0
    for edge in _BLOCK_EDGE.finditer(text, start):
        depth += 1 if edge.group() == "/*" else -1
        if not depth:
            return edge.end()
    return len(text)
