"""Words for people: near misses, and counts."""

from collections.abc import Iterable

MOST = 24


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to `word`, or None when none is close."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint: the nearest known word, or the list, of a long one the beginning."""
    candidates = sorted(known)
    near = nearest(word, candidates)
    if near:
        return f"Did you mean `{near}`?"
    if not candidates:
        return "There is none."
    more = f" and {len(candidates) - MOST:,} more" if len(candidates) > MOST else ""
    return f"Known: {', '.join(candidates[:MOST])}{more}."


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
