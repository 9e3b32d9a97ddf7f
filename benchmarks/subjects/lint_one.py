"""One file, from a cold start: what a pre-commit hook or an editor waits for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Subject
from benchmarks.subjects.linting import contenders, write


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """A file of a dozen statements, alone in its folder."""
    (file,) = write(scratch / "migrations", files=1).iterdir()
    found, missing = contenders(file, scratch)
    yield Subject("lint one file", "s", found, rounds=11, note=missing)
