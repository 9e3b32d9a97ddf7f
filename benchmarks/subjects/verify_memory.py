"""Proving 5,000 migrations: the most memory that the process of schemactl held, the server's not counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import Contender, Subject, megabytes
from benchmarks.subjects.applying import project


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """One table a migration; 300 of them beside it, to show how it grows."""
    ours = peers.ours()

    def contender(files: int) -> Contender:
        folder = project(scratch / str(files), ours, files=files, count=1)
        command = [*ours.program, "verify", "--no-cache", "--config", str(folder / "schemactl.toml")]
        return Contender(
            f"schemactl verify, {files:,} files", ours.version, lambda: megabytes(command, peers.our_environment())
        )

    yield Subject("memory to verify", "MB", [contender(5_000), contender(300)], rounds=1)
