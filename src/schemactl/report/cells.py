"""How wide text is on a terminal, and where it breaks: quickly for what is one cell a character, else as rich does."""

import re
from collections.abc import Iterator

# Latin letters, punctuation, box drawing and the marks that reports use; all are one cell wide.
_SINGLE = re.compile(r"[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u257f\u2713\u2717]*")
_WORD = re.compile(r"\s*\S+\s*")


def cell_len(text: str) -> int:
    """The number of cells that a line takes."""
    if _SINGLE.fullmatch(text):
        return len(text)
    from rich.cells import cell_len as exactly

    return exactly(text)


def cut(text: str, width: int) -> str:
    """The line, ended with an ellipsis where it is wider than `width` cells."""
    if cell_len(text) <= width:
        return text
    if _SINGLE.fullmatch(text):
        return text[: width - 1] + "…"
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1) + "…"


def wrapped(text: str, width: int) -> Iterator[str]:
    """The lines of a text, broken between words, and within a word that is wider than the line."""
    for line in text.split("\n"):
        if cell_len(line) <= width:
            yield line
            continue
        start = 0
        for end in [*_breaks(line, width), len(line)]:
            yield line[start:end]
            start = end


def _breaks(line: str, width: int) -> list[int]:
    if not _SINGLE.fullmatch(line):
        from rich._wrap import divide_line

        return divide_line(line, width)
    breaks: list[int] = []
    used = 0
    for match in _WORD.finditer(line):
        start, word = match.start(), match.group()
        bare = len(word.rstrip())
        if width - used >= bare:
            used += len(word)
            continue
        if bare <= width:
            if used and start:
                breaks.append(start)
                used = len(word)
            continue
        breaks += [place for place in range(start, start + len(word), width) if place]
        used = (len(word) - 1) % width + 1
    return breaks
