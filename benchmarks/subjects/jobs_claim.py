"""What one claim costs, with more and more jobs waiting: in a plain job table, and in the four systems."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psycopg

import schemactl
from benchmarks.jobs import systems
from benchmarks.jobs.filling import fill
from benchmarks.jobs.ours import SPEC
from benchmarks.measure import Contender, Subject
from benchmarks.subjects.jobs import url_of
from schemactl import servers
from schemactl.jobs.spec import Spec
from schemactl.jobs.store import Store

WAITING = (1_000, 10_000, 100_000, 1_000_000)
OF_SYSTEMS = (1_000, 1_000_000)
CLAIMS = 30


@contextmanager
def subject(_scratch: Path) -> Iterator[Subject]:
    """The median of thirty claims of ten jobs, which stay claimed. Without flushing to disk."""
    with servers.start("embedded", preset="supabase", tcp=True) as server:
        contenders = []
        for count in WAITING:
            url = url_of(server)
            fill(url, count)
            contenders.append(_contender("plain table", count, url, SPEC))
        template = server.template("systems", systems.build)
        for spec in systems.SPECS:
            for count in OF_SYSTEMS:
                url = server.clone(template).superuser_dsn
                with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as session:
                    systems.fill(session, spec, count)
                contenders.append(_contender(spec.name, count, url, spec))
        yield Subject("claim ten jobs", "ms", contenders, 3, "peers: see the drain above")


def _contender(name: str, count: int, url: str, spec: Spec) -> Contender:
    return Contender(f"{name}, {count:,} waiting", schemactl.__version__, _claiming(url, spec))


def _claiming(url: str, spec: Spec) -> Callable[[], float]:
    def attempt() -> float:
        with psycopg.connect(url, autocommit=True) as connection:
            store = Store(connection, spec)
            store.claim("bench", limit=1)
            samples = []
            for _ in range(CLAIMS):
                begun = time.perf_counter()
                claims = store.claim("bench", limit=10)
                samples.append(time.perf_counter() - begun)
                if len(claims) < 10:
                    raise RuntimeError(f"{len(claims)} of 10 jobs were claimed")
            return median(samples) * 1000

    return attempt
