"""The checks, one a module: `NAME`, a docstring that is its page, and `run(walk) -> Outcome`."""

FIRST = "applies"
CHECKS = (FIRST, "populated", "again", "crash", "shape", "locks", "window", "down", "order")
"""Every check, in the order of the report. The first one always runs: the others walk only what it came through."""
NEEDS_BRANCHES = frozenset({"order"})
"""Checks that compare with another branch, and run only where one is named."""
