"""Killed at every boundary: the history never claims what did not happen, and a rerun reaches the same catalog."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tests.support import killing
from tests.support.applying import apply, history, rows, run, write

from schemactl.servers import Database, Server

TRANSACTIONAL = [
    "create table a (id int primary key)",
    "insert into a values (1)",
    "alter table a add column b text default 'x'",
    "create index a_b on a (b)",
]
STEPWISE = [
    "create table a (id int)",
    "insert into a select generate_series(1, 10)",
    "create index concurrently a_id on a (id)",
    "insert into a values (11)",
    "create index concurrently if not exists a_id2 on a (id)",
    "drop index concurrently a_id",
    "vacuum a",
    "update a set id = id + 1",
]
NO_TRANSACTION = "-- schemactl:transaction=none\n"
FILES = {"transactional": ("", TRANSACTIONAL), "stepwise": (NO_TRANSACTION, STEPWISE)}
FATES = ("sigkill", "terminate", "restart")


@contextmanager
def fresh(server: Server) -> Iterator[Database]:
    database = server.create_database("kill")
    try:
        yield database
    finally:
        server.drop(database)


def state(dsn: str) -> tuple[object, ...]:
    """Catalog, rows and history."""
    return killing.catalog(dsn), rows(dsn, "select array_agg(id order by id) from a"), history(dsn)


def undisturbed(server: Server, folder: Path) -> tuple[object, ...]:
    with fresh(server) as database:
        apply(folder, database.dsn)
        return state(database.dsn)


def statements_done(dsn: str) -> int:
    """What the history claims."""
    if rows(dsn, "select to_regclass('schemactl.history')") == [(None,)]:
        return 0
    found = history(dsn)
    return int(str(found[0][2])) if found else 0


def happened(dsn: str) -> list[bool]:
    """Which statements of STEPWISE did happen, as far as the database shows."""
    if rows(dsn, "select to_regclass('a')") == [(None,)]:
        return [False] * len(STEPWISE)
    [(count, least)] = rows(dsn, "select count(*), coalesce(min(id), 0) from a")
    valid = {name for (name,) in rows(dsn, "select indexrelid::regclass::text from pg_index where indisvalid")}
    second = "a_id2" in valid
    dropped = second and "a_id" not in valid
    return [True, int(str(count)) >= 10, "a_id" in valid or dropped, count == 11, second, dropped, True, least == 2]


def runners_gone(database: Database) -> None:
    with psycopg.connect(database.superuser_dsn, autocommit=True) as watch:
        killing.until(lambda: not killing.runners(watch))


@pytest.mark.every_major
@pytest.mark.parametrize("kind_of_file", list(FILES))
def test_sigkill_before_every_message_to_the_server(
    request: pytest.FixtureRequest, tmp_path: Path, plain_server: Server, kind_of_file: str
):
    head, statements = FILES[kind_of_file]
    folder = write(tmp_path / "m", _1_a=head + ";\n".join(statements), _2_b="create table b (id int)")
    expected = undisturbed(plain_server, folder)
    doomed = killing.Doomed()
    request.addfinalizer(doomed.close)
    number, code = 0, 1
    while code:
        number += 1
        with fresh(plain_server) as database:
            code = doomed.run_until_message(number, folder, database.dsn)
            assert code in (-9, 0)
            runners_gone(database)
            done = statements_done(database.dsn)
            if kind_of_file == "stepwise":
                assert all(happened(database.dsn)[:done])
            else:
                assert (done == 4) == (rows(database.dsn, "select to_regclass('a_b') is not null") == [(True,)])
            apply(folder, database.dsn)
            assert state(database.dsn) == expected
    assert number >= (4 if kind_of_file == "transactional" else 15)


@dataclass(frozen=True, slots=True)
class Held:
    """A runner that waits at a gate."""

    number: int
    database: Database
    holder: "psycopg.Connection[tuple[object, ...]]"
    process: "subprocess.Popen[str]"
    backend: int


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("kind_of_file", list(FILES))
def test_an_end_at_every_statement(tmp_path: Path, plain_server: Server, fate: str, kind_of_file: str):
    head, statements = FILES[kind_of_file]
    folder = write(tmp_path / "m", _1_a=killing.gated(statements, head))
    config = killing.settings_file(tmp_path, lock_timeout="10min")
    expected = undisturbed(plain_server, folder)
    with ExitStack() as stack:
        numbers = range(1, len(statements) + 2)
        held = [held_at(number, folder, config, plain_server, stack) for number in numbers]
        end(fate, plain_server, held)
        for one in held:
            runners_gone(one.database)
            if kind_of_file == "transactional":
                assert statements_done(one.database.dsn) == 0
                assert rows(one.database.dsn, "select to_regclass('a')") == [(None,)]
            else:
                assert statements_done(one.database.dsn) == 2 * (one.number - 1)
                assert all(happened(one.database.dsn)[: one.number - 1])
            one.holder.close()
            apply(folder, one.database.dsn)
            assert state(one.database.dsn) == expected


def held_at(number: int, folder: Path, config: Path, server: Server, stack: ExitStack) -> Held:
    """Start a runner on a database of its own, and let it come as far as gate `number`."""
    database = stack.enter_context(fresh(server))
    holder = psycopg.connect(database.superuser_dsn, autocommit=True)
    stack.callback(holder.close)
    killing.shut(holder, number)
    arguments = ("apply", str(folder), "--database", database.dsn, "--config", str(config))
    process = stack.enter_context(killing.started(*arguments))
    return Held(number, database, holder, process, killing.until(lambda: killing.waiting_at(holder, number)))


def end(fate: str, server: Server, held: list[Held]) -> None:
    """Let the fate befall runners whose backends wait; what they then say is checked."""
    if fate == "sigkill":
        for one in held:
            killing.kill(one.process)
        for one in held:
            # The server notices by itself that its client is gone, though the gate stays shut.
            killing.until(lambda one=one: not killing.runners(one.holder))  # type: ignore[misc]
        return
    if fate == "terminate":
        for one in held:
            one.holder.execute("select pg_terminate_backend(%s)", (one.backend,))
    else:
        server.restart("immediate")
    for one in held:
        one.holder.close()
        _, said = one.process.communicate(timeout=killing.PATIENCE)
        assert one.process.returncode == 3, said
        assert "the connection broke while 1_a was applied" in said
        assert "Run again" in said


@pytest.mark.every_major
@pytest.mark.parametrize("fate", FATES)
def test_an_end_in_the_middle_of_a_concurrent_build_leaves_a_broken_index_that_is_built_again(
    tmp_path: Path, plain_server: Server, fate: str
):
    build = "create index concurrently if not exists i on a (id)"
    folder = write(tmp_path / "m", _1_a=f"{NO_TRANSACTION}create table a (id int);\n{killing.gate(2)};\n{build};")
    config = killing.settings_file(tmp_path, lock_timeout="10min")
    with ExitStack() as stack:
        held = held_at(2, folder, config, plain_server, stack)
        dsn = held.database.superuser_dsn
        writer = psycopg.connect(dsn)
        stack.callback(writer.close)
        writer.execute("insert into a values (1)")
        held.holder.execute("select pg_advisory_unlock_all()")
        killing.until(lambda: rows(dsn, "select 1 from pg_index where not indisvalid"))
        end(fate, plain_server, [held])
        writer.close()
        runners_gone(held.database)
        assert history(dsn) == [("1", "running", 2, 3)]
        assert rows(dsn, "select indisvalid from pg_index where indexrelid = 'i'::regclass") == [(False,)]
        result = run("apply", str(folder), "--database", held.database.dsn)
        assert result.returncode == 0, result.stderr
        assert "i was left half done: DROP INDEX CONCURRENTLY" in result.stderr
        assert rows(dsn, "select indisvalid from pg_index where indexrelid = 'i'::regclass") == [(True,)]
        assert history(dsn) == [("1", "applied", 3, 3)]


@pytest.mark.parametrize("kind_of_file", list(FILES))
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_cancels_the_statement_and_a_rerun_finishes(
    tmp_path: Path, plain_server: Server, kind_of_file: str, asked: signal.Signals
):
    head, statements = FILES[kind_of_file]
    folder = write(tmp_path / "m", _1_a=killing.gated(statements, head))
    config = killing.settings_file(tmp_path, lock_timeout="10min")
    with ExitStack() as stack:
        held = held_at(3, folder, config, plain_server, stack)
        held.process.send_signal(asked)
        _, said = held.process.communicate(timeout=killing.PATIENCE)
        assert held.process.returncode == 130
        assert "interrupted" in said
        assert "Traceback" not in said
        assert not killing.runners(held.holder)
        assert statements_done(held.database.dsn) == (0 if kind_of_file == "transactional" else 4)
        held.holder.close()
        apply(folder, held.database.dsn)
        assert state(held.database.dsn) == undisturbed(plain_server, folder)
