"""A plain SKIP LOCKED loop, by hand: claim a batch, acknowledge the batch, each in a transaction."""

import sys
import time

import psycopg

from benchmarks.jobs.filling import fill

CLAIM = """
with due as materialized (
  select id from jobs where status = 'pending' order by created_at, id limit %s for no key update skip locked
)
update jobs set status = 'processing' from due where jobs.id = due.id returning jobs.id
"""
DONE = "update jobs set status = 'completed' where id = any(%s)"


def main(url: str, count: int, batch: int) -> None:
    """Fill, drain, print."""
    fill(url, count)
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
        begun = time.perf_counter()
        left = count
        while ids := [key for (key,) in connection.execute(CLAIM, [batch]).fetchall()]:
            connection.execute(DONE, [ids])
            left -= len(ids)
        seconds = time.perf_counter() - begun
    if left:
        raise RuntimeError(f"{left} of {count} jobs are left")
    print(seconds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
