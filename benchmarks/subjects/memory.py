"""10,000 migrations: the most memory that the runner's process held."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import Subject, megabytes
from benchmarks.subjects.applying import contender, fresh_databases, runners


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """One table a migration, applied once."""
    found, missing = runners(peers.psql, peers.dbmate, peers.node_pg_migrate_by_file)
    with fresh_databases() as fresh:
        contenders = [contender(runner, scratch, fresh, megabytes, files=10_000, count=1) for runner in found]
        yield Subject("memory to apply 10,000 migrations", "MB", contenders, rounds=1, note="; ".join(missing))
