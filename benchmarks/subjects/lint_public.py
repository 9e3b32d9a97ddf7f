"""A public project's migrations: one with 342 of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Subject
from benchmarks.projects import files
from benchmarks.subjects.linting import contenders

_REPOSITORY = "LemmyNet/lemmy"


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """Every default rule of each."""
    (project,) = (one for one in files.projects() if one.repository == _REPOSITORY)
    count = len(files.write(project, files.clones(project), scratch))
    found, missing = contenders(scratch / _REPOSITORY, scratch, "--runner", project.runner)
    yield Subject(f"lint {_REPOSITORY}, {count} files, cold", "s", found, rounds=5, note=missing)
