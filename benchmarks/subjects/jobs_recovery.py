"""How long jobs of a worker that was killed wait until another one has finished them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg

import schemactl
from benchmarks import peers
from benchmarks.jobs.filling import fill
from benchmarks.measure import Contender, Subject
from benchmarks.subjects.jobs import flushing_server, url_of
from schemactl.servers import Server

LEASES = (1.0, 3.0, 10.0)
JOBS = 50
PATIENCE = 60.0
FINISHED = "select count(*) from jobs where status = 'completed'"
LOOKED = """
select 50 * (count(*) > 0)::int
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid()
   and query like '%skip locked%' and query_start > clock_timestamp() - interval '0.2 s'
"""
"""A worker that is at work looks for jobs all the time; one that hangs in mid-work does not."""
CLAIMED = "select count(*) from jobs where status = 'processing'"


@contextmanager
def subject(_scratch: Path) -> Iterator[Subject]:
    """From SIGKILL in mid-work to the last of its jobs; the other worker was there all the time."""
    with flushing_server() as server:
        contenders = [
            Contender(f"lease of {lease:g} s", schemactl.__version__, partial(_recovered, server, lease))
            for lease in LEASES
        ]
        yield Subject(f"recover {JOBS} jobs of a killed worker", "s", contenders, 3, "peers")


def _recovered(server: Server, lease: float) -> float:
    url = url_of(server)
    fill(url, JOBS)
    with psycopg.connect(url, autocommit=True) as connection:
        hanging = _worker(url, lease, "hang")
        try:
            _until(connection, CLAIMED)
            working = _worker(url, lease, "work")
            try:
                _until(connection, LOOKED)
                os.kill(hanging.pid, signal.SIGKILL)
                begun = time.perf_counter()
                _until(connection, FINISHED)
                return time.perf_counter() - begun
            finally:
                working.kill()
                working.wait()
        finally:
            hanging.kill()
            hanging.wait()


def _worker(url: str, lease: float, how: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "benchmarks.jobs.recovering", url, str(lease), how]
    return subprocess.Popen(command, env=peers.with_our_environment(), stderr=subprocess.DEVNULL)


def _until(connection: "psycopg.Connection[tuple[int]]", query: str) -> None:
    end = time.monotonic() + PATIENCE
    while connection.execute(query.encode()).fetchone() != (JOBS,):
        if time.monotonic() > end:
            raise RuntimeError(f"never came true: {query}")
        time.sleep(0.005)
