"""A migration that is added to 300 which verify has seen, proved: against all of it anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from benchmarks import corpus, peers
from benchmarks.measure import Contender, Subject, seconds
from benchmarks.subjects.applying import project


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """Each round adds one file behind the 300 that were seen, and takes it away afterwards."""
    ours = peers.ours()
    folder = project(scratch / "more", ours, files=300)
    command = [*ours.program, "verify", "--config", str(folder / "schemactl.toml")]
    environment = peers.our_environment()
    seconds(command, environment)  # what is remembered
    nonces = count()

    def added(*options: str) -> float:
        newest = folder / "00301_bench.sql"
        newest.write_text(f"-- {next(nonces)}\n{corpus.statements(301, 4)}", encoding="utf-8")
        try:
            return seconds([*command, *options], environment)
        finally:
            newest.unlink()

    contenders = [
        Contender("schemactl verify, 300 seen before", ours.version, added),
        Contender("schemactl verify --no-cache", ours.version, lambda: added("--no-cache")),
    ]
    yield Subject("verify one migration more than 300", "s", contenders, rounds=3)
