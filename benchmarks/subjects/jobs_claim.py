"""What one claim costs, with more and more jobs waiting."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psycopg

import schemactl
from benchmarks.jobs.filling import fill
from benchmarks.jobs.ours import SPEC
from benchmarks.measure import Contender, Subject
from benchmarks.subjects.jobs import url_of
from schemactl import servers
from schemactl.jobs.store import Store

WAITING = (1_000, 100_000, 1_000_000)
CLAIMS = 100


@contextmanager
def subject(_scratch: Path) -> Iterator[Subject]:
    """The median of a hundred claims of ten jobs; they stay claimed. Without flushing to disk."""
    with servers.start("embedded", tcp=True) as server:
        urls = {count: url_of(server) for count in WAITING}
        for count, url in urls.items():
            fill(url, count)
        contenders = [
            Contender(f"{count:,} waiting", schemactl.__version__, _claiming(url)) for count, url in urls.items()
        ]
        yield Subject("claim ten jobs", "ms", contenders, 3, "peers: see the drain above")


def _claiming(url: str) -> Callable[[], float]:
    def attempt() -> float:
        with psycopg.connect(url, autocommit=True) as connection:
            store = Store(connection, SPEC)
            store.claim("bench", limit=1)
            samples = []
            for _ in range(CLAIMS):
                begun = time.perf_counter()
                claims = store.claim("bench", limit=10)
                samples.append(time.perf_counter() - begun)
                if len(claims) == 10:
                    continue
                connection.execute("update jobs set status = 'pending', lease_token = null, lease_expires_at = null")
                connection.execute("vacuum analyze jobs")
            return median(samples) * 1000

    return attempt
