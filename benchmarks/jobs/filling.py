"""The job table of schemactl and the plain loops, filled."""

from pathlib import Path

import psycopg


def fill(url: str, count: int) -> None:
    """Make the table and `count` waiting jobs."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(Path(__file__).with_name("table.sql").read_text(encoding="utf-8").encode())
        connection.execute("insert into jobs (created_at) select now() from generate_series(1, %s)", [count])
        connection.execute("vacuum analyze jobs")
