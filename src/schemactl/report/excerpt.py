"""The lines of a file that a finding speaks of, cut to the width there is, and where to underline them."""

from dataclasses import dataclass
from functools import lru_cache

from schemactl.core.findings import Span
from schemactl.report.cells import cell_len, cut
from schemactl.report.words import printable

_CONTEXT = 12  # cells kept before the marked part when a long line is cut on the left
_TAIL = 30  # cells of the marked part that must fit on the line


@lru_cache(maxsize=2)
def _split(source: str) -> list[str]:
    """Findings come file by file: each file is split once."""
    return source.split("\n")


@dataclass(frozen=True, slots=True)
class Line:
    """A line to show. `mark` is (cells before, cells wide) of the underlined part, or None."""

    number: int
    text: str
    mark: tuple[int, int] | None = None


def excerpt(source: str, span: Span, width: int, limit: int = 5) -> tuple[tuple[Line, ...], int]:
    """At most `limit` lines of `span`, each at most `width` cells wide, and how many lines were left out.

    The first line is marked from the span's column on. A span outside the source gives nothing.
    """
    lines = _split(source)
    last = span.end_line - 1 if span.end_column <= 1 and span.end_line > span.line else span.end_line
    if not 1 <= span.line <= min(last, len(lines)):
        return (), 0
    last = min(last, len(lines))
    shown = [
        _line(number, lines[number - 1].rstrip("\r"), span, width) for number in range(span.line, last + 1)[:limit]
    ]
    return tuple(shown), last - span.line + 1 - len(shown)


def _line(number: int, raw: str, span: Span, width: int) -> Line:
    if number != span.line:
        return Line(number, cut(printable(raw), width))
    end = span.end_column - 1 if span.end_line == span.line else len(raw.rstrip())
    before = printable(raw[: span.column - 1])
    marked = printable(raw[span.column - 1 : max(end, span.column)]) or " "
    text = printable(raw)
    if cell_len(before) + min(cell_len(marked), _TAIL) > width:
        kept = before[-_CONTEXT:]
        text = "…" + kept + text[len(before) :]
        before = "…" + kept
    start = min(cell_len(before), width - 1)
    return Line(number, cut(text, width), (start, max(1, min(cell_len(marked), width - start))))
