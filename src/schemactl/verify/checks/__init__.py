"""The checks, one a module: `NAME`, a docstring that is its page, and `run(walk) -> Outcome`."""

FIRST = "applies"
CHECKS = (FIRST, "populated", "again", "crash", "shape", "locks", "window", "down", "order")
"""Every check, in the order of the report. The first one always runs: the others walk only what it came through."""
LONGEST_FIRST = ("again", "crash", "shape", "locks", "window", "populated", "down", "order")
"""The others in the order in which they begin, so that no long one is left at the end."""
NEEDS_BRANCHES = frozenset({"order"})
"""Checks that compare with another branch, and run only where one is named."""
