"""The plans of claims and acknowledgements stay flat: they read what they need, however many rows there are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from benchmarks.jobs.ours import SPEC

from schemactl.jobs.claims import Claim, Result
from schemactl.jobs.store import Store
from schemactl.servers import Server

ROWS = 50_000


@pytest.fixture(scope="module")
def full(embedded_server: Server) -> Iterator[psycopg.Connection[Any]]:
    """A table with many waiting jobs, and as many that ended."""
    with (
        embedded_server.database("plans") as database,
        psycopg.connect(database.superuser_dsn, autocommit=True) as session,
    ):
        table = Path(__file__).parents[3] / "benchmarks/jobs/table.sql"
        session.execute(table.read_text(encoding="utf-8").encode())
        filling = "insert into jobs (status) select unnest(array['pending', 'completed']) from generate_series(1, %s)"
        session.execute(filling, [ROWS])
        session.execute("vacuum analyze jobs")
        yield session


def plans(session: psycopg.Connection[Any], call: Any) -> str:
    """The plans of what `call` sends."""
    seen: list[str] = []

    def watch(sql: str, values: Any, _rows: object) -> None:
        cursor = psycopg.ClientCursor(session)
        explained = cursor.execute(f"explain {sql}".encode(), dict(values))
        seen.append("\n".join(line for (line,) in explained.fetchall()))

    call(Store(session, SPEC, watch))
    assert seen
    return "\n".join(seen)


@pytest.mark.parametrize("limit", [1, 100, 1000])
def test_a_claim_reads_no_more_than_it_takes(full: psycopg.Connection[Any], limit: int):
    text = plans(full, lambda store: store.claim("w", limit=limit))
    assert "Seq Scan" not in text, text
    assert "jobs_waiting" in text


@pytest.mark.parametrize("count", [1, 500])
def test_an_acknowledgement_looks_up_its_jobs(full: psycopg.Connection[Any], count: int):
    claims = [Claim(number, None, 0, {}) for number in range(1, count + 1)]
    text = plans(full, lambda store: store.complete_all([(claim, Result()) for claim in claims]))
    assert "Seq Scan" not in text, text
    assert "jobs_pkey" in text
