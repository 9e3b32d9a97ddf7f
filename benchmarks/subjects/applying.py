"""What the subjects that apply migrations share: a server, fresh databases, and the runners that can be had."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg import connect
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from benchmarks import corpus, peers
from benchmarks.measure import Contender
from benchmarks.peers import Address, Missing, Runner
from schemactl import servers

Measure = Callable[[list[str], dict[str, str]], float]
Connect = Callable[[], Address]


@contextmanager
def fresh_databases(durable_in: Path | None = None) -> Iterator[Connect]:
    """A throwaway server; each call gives the address of a new, empty database.

    With `durable_in`, a directory on a disk, it keeps what it promises as a real server does.
    """
    with _placed(durable_in), servers.start("embedded", tcp=True) as server:
        if durable_in:
            _make_durable(server.admin_dsn)

        def fresh() -> Address:
            facts = {key: str(value) for key, value in conninfo_to_dict(server.create_database().dsn).items()}
            return Address(facts["host"], int(facts["port"]), facts["user"], facts.get("password", ""), facts["dbname"])

        yield fresh


@contextmanager
def _placed(directory: Path | None) -> Iterator[None]:
    before = os.environ.get("TMPDIR")
    if directory:
        os.environ["TMPDIR"] = str(directory)
    try:
        yield
    finally:
        if directory:
            os.environ.pop("TMPDIR")
            os.environ |= {"TMPDIR": before} if before else {}


def _make_durable(admin_dsn: str) -> None:
    with connect(admin_dsn, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(SQL("alter system set {} = on").format(Identifier(setting)))
        connection.execute("select pg_reload_conf()")


def runners(*makers: Callable[[], Runner]) -> tuple[list[Runner], list[str]]:
    """schemactl and those of `makers` that can be had, and why the rest cannot."""
    found, missing = [peers.ours()], []
    for make in makers:
        try:
            found.append(make())
        except Missing as error:
            missing.append(str(error))
    return found, missing


def project(scratch: Path, runner: Runner, files: int, count: int = 4) -> Path:
    """A folder of migrations as `runner` wants it."""
    folder = corpus.write(scratch / runner.name, runner.dialect, files, count)
    if runner.name == "schemactl":
        (folder / "schemactl.toml").write_text('migrations = "."\n', encoding="utf-8")
    return folder


def contender(runner: Runner, scratch: Path, fresh: Connect, measure: Measure, files: int, count: int = 4) -> Contender:
    """`runner` applying the same migrations to a fresh database; an attempt that leaves tables out is an error."""
    folder = project(scratch, runner, files, count)

    def attempt() -> float:
        address = fresh()
        measured = measure(*runner.apply(folder, address))
        with connect(address.url("postgresql")) as connection:
            made = connection.execute("select count(*) from pg_class where relname ~ '^bench_[0-9]+$'").fetchone()
        if made != (files,):
            raise RuntimeError(f"{runner.name} made {made} of {files} tables")
        return measured

    return Contender(runner.name, runner.version, attempt)
