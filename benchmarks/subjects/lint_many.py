"""342 migrations, 600 KB, read for the first time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Subject
from benchmarks.subjects.linting import contenders, write


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """Every default rule of each."""
    found, missing = contenders(write(scratch / "migrations", files=342), scratch)
    yield Subject("lint 342 files, 600 KB, cold", "s", found, rounds=5, note=missing)
