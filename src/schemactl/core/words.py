"""Near misses: the known word that a typo most likely meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to `word`, or None when none is close."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint: the nearest known word, or the whole list."""
    candidates = sorted(known)
    near = nearest(word, candidates)
    return f"Did you mean `{near}`?" if near else f"Known: {', '.join(candidates)}."
