"""300 migrations, 1,200 statements, a database on this machine that flushes its commits to disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import Subject, seconds
from benchmarks.subjects.applying import contender, fresh_databases, runners


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """Each as it comes: node-pg-migrate runs everything in one transaction, the others a transaction a file."""
    found, missing = runners(peers.psql, peers.dbmate, peers.node_pg_migrate, peers.yoyo)
    with fresh_databases(durable_in=scratch) as fresh:
        contenders = [contender(runner, scratch, fresh, seconds, files=300) for runner in found]
        yield Subject(
            "apply 300 migrations, 1,200 statements, a durable server on this machine",
            "s",
            contenders,
            note="; ".join(missing),
        )
