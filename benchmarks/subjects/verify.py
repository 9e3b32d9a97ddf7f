"""Proving 300 migrations, server start and every check included, against applying them once to a server that runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import Contender, Subject, seconds
from benchmarks.subjects.applying import contender, fresh_databases, project


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """Nobody else does this: the plain apply is the measure."""
    ours = peers.ours()
    folder = project(scratch / "verify", ours, files=300)
    command = [*ours.program, "verify", "--no-cache", "--config", str(folder / "schemactl.toml")]
    with fresh_databases() as fresh:
        apply = contender(ours, scratch, fresh, seconds, files=300)
        proof = Contender("schemactl verify", ours.version, lambda: seconds(command, peers.our_environment()))
        yield Subject("verify 300 migrations, 1,200 statements", "s", [apply, proof], rounds=3)
