"""Claims, sweeps and acknowledgements read what they need, however many rows there are."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from benchmarks.jobs import systems

from schemactl.core.config_jobs import JobFunctions
from schemactl.jobs.claims import Result
from schemactl.jobs.spec import Spec
from schemactl.jobs.store import Store
from schemactl.servers import Database, Server

ROWS = 20_000
FEW = 10
"""What the planner itself may look at, for the ends of an index."""
READ = """
select seq_tup_read, coalesce(idx_tup_fetch, 0) as idx_tup_fetch
  from pg_stat_xact_user_tables where schemaname = %s and relname = %s
"""


@pytest.fixture(scope="module", params=systems.SPECS, ids=lambda spec: spec.name)
def spec(request: pytest.FixtureRequest) -> Spec:
    chosen: Spec = request.param
    return chosen


@pytest.fixture(scope="module")
def full(embedded_server: Server, tree_database: Database, spec: Spec) -> Iterator[psycopg.Connection[Any]]:
    """A table with many waiting jobs."""
    copy = embedded_server.clone(tree_database, "full")
    try:
        with psycopg.connect(copy.superuser_dsn, autocommit=True, cursor_factory=psycopg.ClientCursor) as session:
            systems.fill(session, spec, ROWS)
            yield session
    finally:
        embedded_server.drop(copy)


def rows_read(session: psycopg.Connection[Any], spec: Spec, call: Callable[[Store], object]) -> tuple[int, int]:
    """Rows of the job table that a call reads: in scans of the whole, and by an index. It is taken back."""
    with session.transaction(force_rollback=True), session.cursor() as cursor:
        before = cursor.execute(READ, spec.table).fetchone()
        call(Store(session, spec))
        after = cursor.execute(READ, spec.table).fetchone()
    assert before
    assert after
    return after[0] - before[0], after[1] - before[1]


@pytest.mark.parametrize("limit", [1, 100, 1000])
def test_a_claim_reads_little_more_than_it_takes(full: psycopg.Connection[Any], spec: Spec, limit: int):
    whole, by_index = rows_read(full, spec, lambda store: store.claim("w", limit=limit))
    assert whole == 0
    assert limit <= by_index <= 4 * limit


def test_a_sweep_reads_only_what_is_held(full: psycopg.Connection[Any], spec: Spec):
    whole, by_index = rows_read(full, spec, lambda store: store.sweep())
    assert whole + by_index <= FEW


def test_looking_for_what_nobody_claims_stops_at_the_first_that_is_young(full: psycopg.Connection[Any], spec: Spec):
    whole, by_index = rows_read(full, spec, lambda store: store.expire(waited=86400.0))
    assert whole + by_index <= FEW


@pytest.mark.parametrize("count", [1, 500])
def test_an_acknowledgement_looks_up_its_jobs(full: psycopg.Connection[Any], spec: Spec, count: int):
    if spec.functions != JobFunctions():
        pytest.skip("its own functions end one job each")

    def call(store: Store) -> None:
        full.execute("set local session_replication_role = replica")  # who is referred to is not there
        claims = store.claim("w", limit=count)
        full.execute("analyze " + spec.config.table)
        assert store.heartbeat(claims) == []
        assert store.complete_all([(claim, Result({})) for claim in claims]) == []

    whole, by_index = rows_read(full, spec, call)
    assert whole == 0
    assert by_index <= 12 * count


def test_a_scan_of_the_whole_would_be_seen(full: psycopg.Connection[Any], spec: Spec):
    counting = f"select sum(length(job::text)) from {spec.config.table} as job"
    whole, _ = rows_read(full, spec, lambda store: store.connection.execute(counting.encode()))
    assert whole == ROWS
