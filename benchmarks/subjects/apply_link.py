"""60 migrations, 240 statements, over a link with a round trip of 20 ms."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import Subject, seconds
from benchmarks.peers import Address
from benchmarks.proxy import delayed
from benchmarks.subjects.applying import contender, fresh_databases, runners

ROUND_TRIP = 0.020


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """The same as locally, through a proxy that delays."""
    found, missing = runners(peers.psql, peers.dbmate, peers.node_pg_migrate)
    with fresh_databases() as fresh, delayed("127.0.0.1", fresh().port, ROUND_TRIP) as port:

        def distant() -> Address:
            return replace(fresh(), host="127.0.0.1", port=port)

        contenders = [contender(runner, scratch, distant, seconds, files=60) for runner in found]
        title = "apply 60 migrations, 240 statements, over a 20 ms link"
        yield Subject(title, "s", contenders, rounds=3, note="; ".join(missing))
