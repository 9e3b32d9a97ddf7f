"""No-op jobs through one process of each queue, on one server that flushes every commit."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

import schemactl
from benchmarks import peers
from benchmarks.measure import Contender, Subject
from benchmarks.peers import Missing
from schemactl import servers
from schemactl.servers import Server

PROGRAMS = Path(__file__).parents[1] / "jobs"
COUNT, FEW = 50_000, 1_000
PYTHON = ("procrastinate", "pgqueuer[asyncpg]", "psycopg[binary,pool]")
NODE = ("graphile-worker@0.17.3", "pg-boss@10.3.3")
TIMEOUT = 300


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """Each drains a full queue; how long a thousand jobs take, from the first claim to the last acknowledgement.

    synchronous_commit is on for everybody. The slow ones get fewer jobs.
    """
    with flushing_server() as server:
        loop = [sys.executable, "-m", "benchmarks.jobs.loop"]
        contenders = [
            _contender(server, "schemactl", schemactl.__version__, [sys.executable, "-m", "benchmarks.jobs.ours"]),
            _contender(server, "SKIP LOCKED loop, batches of 500", "-", loop, after=("500",)),
            _contender(server, "SKIP LOCKED loop, one by one", "-", loop, FEW, after=("1",)),
        ]
        missing = []
        for make in (_python_peers, _node_peers):
            try:
                contenders += make(server, scratch)
            except Missing as error:
                missing.append(str(error))
        yield Subject("run no-op jobs, one process", "s per 1,000 jobs", contenders, 3, "; ".join(missing))


@contextmanager
def flushing_server() -> Iterator[Server]:
    """A throwaway server that is as durable as a real one: it waits for the disk at every commit."""
    with servers.start("embedded", tcp=True) as server:
        with psycopg.connect(server.admin_dsn, autocommit=True) as connection:
            connection.execute("alter system set fsync = on")
            connection.execute("alter system set full_page_writes = on")
            connection.execute("select pg_reload_conf()")
        yield server


def url_of(server: Server) -> str:
    """A new database, as every client library understands an address."""
    facts = {key: str(value) for key, value in conninfo_to_dict(server.create_database().dsn).items()}
    address = peers.Address(
        facts["host"], int(facts["port"]), facts["user"], facts.get("password", ""), facts["dbname"]
    )
    return address.url("postgresql")


def _python_peers(server: Server, _scratch: Path) -> list[Contender]:
    python = peers.environment("jobs", PYTHON)
    return [
        _contender(
            server,
            name,
            peers.python_version(python, name),
            [str(python), str(PROGRAMS / f"with_{name}.py")],
            FEW if name == "procrastinate" else COUNT,
        )
        for name in ("procrastinate", "pgqueuer")
    ]


def _node_peers(server: Server, _scratch: Path) -> list[Contender]:
    modules = peers.node_modules("node-jobs", NODE)
    found = []
    for name, file in (("graphile-worker", "with_graphile.mjs"), ("pg-boss", "with_pgboss.mjs")):
        program = shutil.copy(PROGRAMS / file, modules.parent / file)  # modules are looked for beside the program
        found.append(_contender(server, name, peers.node_version(modules, name), ["node", str(program)]))
    return found


def _contender(
    server: Server, name: str, version: str, command: list[str], count: int = COUNT, after: tuple[str, ...] = ()
) -> Contender:
    def attempt() -> float:
        return _seconds([*command, url_of(server), str(count), *after]) * 1000 / count

    return Contender(name, version, attempt)


def _seconds(command: list[str]) -> float:
    """What the program prints last."""
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=TIMEOUT, env=peers.with_our_environment()
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:-2])} ended with {done.returncode}: {done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])
