"""The numbers that migrations of another tool get."""

from collections.abc import Sequence
from itertools import pairwise


def labels(found: Sequence[str]) -> tuple[str, ...]:
    """Digits for each migration in order: its own where all have some and they rise, otherwise one by one from 0001."""
    digits = all(label.isascii() and label.isdigit() for label in found)
    if digits and all(int(before) < int(after) for before, after in pairwise(found)):
        return tuple(found)
    width = max(4, len(str(len(found))))
    return tuple(str(number).zfill(width) for number in range(1, len(found) + 1))
