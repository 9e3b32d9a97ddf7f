"""Many rows for a table of five columns, with its checks and keys: ours against what one writes by hand for it."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg

import schemactl
from benchmarks.measure import Contender, Subject
from schemactl import rows, servers
from schemactl.catalog.snapshot import take

ROWS = 100_000
TABLE = """
create table five (
  id uuid primary key, status text not null check (status in ('idle', 'busy', 'done')), email text not null unique,
  amount integer check (amount between 1 and 500), created_at timestamptz not null default now()
)
"""
BY_HAND = f"""
insert into five
select md5(n::text)::uuid, (array['idle', 'busy', 'done'])[1 + n % 3], 'person' || n || '@example.org', 1 + n % 500,
       timestamptz '2024-01-01' + n * interval '1 minute'
  from generate_series(1, {ROWS}) as n
"""

Connection = psycopg.Connection[Any]


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """One database; the table is made anew each time."""
    del scratch
    with (
        servers.start("embedded") as server,
        server.database("bulk") as database,
        psycopg.connect(database.dsn, autocommit=True) as connection,
    ):
        version = psycopg.__version__
        contenders = [
            Contender("schemactl", schemactl.__version__, lambda: _timed(connection, _ours)),
            Contender("COPY from a loop in Python", version, lambda: _timed(connection, _copy)),
            Contender("INSERT … SELECT by hand", version, lambda: _timed(connection, _by_hand)),
        ]
        yield Subject(f"{ROWS:,} rows into five columns", "s", contenders, rounds=5)


def _timed(connection: Connection, put: Callable[[Connection], None]) -> float:
    connection.execute("drop table if exists five")
    connection.execute(TABLE.encode())
    started = time.perf_counter()
    put(connection)
    return time.perf_counter() - started


def _ours(connection: Connection) -> None:
    rows.bulk(connection, take(connection), ("public", "five"), ROWS)


def _by_hand(connection: Connection) -> None:
    connection.execute(BY_HAND.encode())


def _copy(connection: Connection) -> None:
    random = Random(1)
    with connection.cursor().copy("copy five from stdin") as copy:
        for n in range(ROWS):
            key = uuid.UUID(int=random.getrandbits(128), version=4)
            copy.write_row((key, ("idle", "busy", "done")[n % 3], f"person{n}@example.org", 1 + n % 500, "2024-01-01"))
