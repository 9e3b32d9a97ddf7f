"""Several quick migrations in one message: the same end as one message each."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.support import killing, proxies
from tests.support.applying import apply, history, rows, run, write

from schemactl.apply import wire
from schemactl.apply.batch import MOST, SLOW, Pace
from schemactl.core.errors import StatementError
from schemactl.servers import Database

COUNT = 40


def many(folder: Path, **others: str) -> Path:
    """Forty small migrations: each message takes twice as many as the one before."""
    files = {f"_{number}_t": f"create table t{number} (id int)" for number in range(1, COUNT + 1)}
    return write(folder, **{**files, **others})


def applied(dsn: str) -> list[int]:
    return [int(str(row[0])) for row in history(dsn)]


def test_the_pace_grows_while_messages_are_quick_and_falls_back():
    pace = Pace()
    for _ in range(10):
        pace.learn(0.01, all_ran=True)
    assert pace.size == MOST
    pace.learn(0.01, all_ran=False)
    assert pace.size == 1
    pace.learn(0.01, all_ran=True)
    pace.learn(0.3, all_ran=True)
    assert pace.size == 2
    pace.learn(SLOW * 2, all_ran=True)
    assert pace.size == 1


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes to the server, in messages of the same size however slow this machine is just now."""
    sent: list[str] = []
    send = wire.send

    def heard(connection: psycopg.Connection, text: str, **more: Any) -> wire.Reply:
        sent.append(text)
        return send(connection, text, **more)

    monkeypatch.setattr(wire, "send", heard)
    monkeypatch.setattr("schemactl.apply.batch.QUICK", 60.0)
    monkeypatch.setattr("schemactl.apply.batch.SLOW", 60.0)
    return sent


def test_quick_migrations_share_messages(tmp_path: Path, plain_database: Database, sent: list[str]):
    outcome = apply(many(tmp_path / "m"), plain_database.dsn)
    assert [one.title for one in outcome.applied] == [f"{number}_t" for number in range(1, COUNT + 1)]
    assert all(0 < one.seconds < 60 for one in outcome.applied)
    assert applied(plain_database.dsn) == list(range(1, COUNT + 1))
    assert len([text for text in sent if "create table t" in text]) == 6
    # Each took its own time, not that of those before it in the message.
    assert sum(one.seconds for one in outcome.applied) <= outcome.seconds
    overlaps = "select count(*) from schemactl.history a join schemactl.history b on a.id::int + 1 = b.id::int"
    assert rows(plain_database.dsn, f"{overlaps} where b.started_at < a.finished_at") == [(0,)]
    assert rows(plain_database.dsn, "select count(*) from schemactl.history where duration <= '0'") == [(0,)]


@pytest.mark.parametrize("number", [2, 3, 20, COUNT])
def test_the_first_failure_ends_the_run_and_everything_before_it_stands(
    tmp_path: Path, plain_database: Database, number: int
):
    folder = many(tmp_path / "m", **{f"_{number}_t": "create table x (id int);\nselect * from nowhere;"})
    with pytest.raises(StatementError) as caught:
        apply(folder, plain_database.dsn)
    assert str(caught.value.place).endswith(f"/{number}_t.sql:2:15")
    assert "1 migration" in str(caught.value) if number == 2 else f"({number - 1} migrations" in str(caught.value)
    assert applied(plain_database.dsn) == list(range(1, number))
    assert rows(plain_database.dsn, "select to_regclass('x')") == [(None,)]
    write(folder, **{f"_{number}_t": f"create table t{number} (id int)"})
    assert len(apply(folder, plain_database.dsn).applied) == COUNT - number + 1


@pytest.mark.parametrize(("number", "flushes"), [(16, 0), (17, 1), (31, 1)])
def test_what_a_broken_message_committed_is_flushed_and_nothing_else(
    tmp_path: Path, plain_database: Database, sent: list[str], number: int, flushes: int
):
    """The messages hold 1, 2 to 3, 4 to 7, 8 to 15, 16 to 31: with 16 nothing of its message was committed."""
    folder = many(tmp_path / "m", **{f"_{number}_t": "select * from nowhere;"})
    with pytest.raises(StatementError):
        apply(folder, plain_database.dsn)
    assert applied(plain_database.dsn) == list(range(1, number))
    assert sum("pg_logical_emit_message" in text for text in sent) == flushes


def test_a_text_that_the_server_cannot_read_stops_nobody_before_it(tmp_path: Path, plain_database: Database):
    """An old server reads a message as a whole before it runs any of it, and may not know the newest grammar."""
    folder = many(tmp_path / "m", _30_t="create table t30 as select json_object('a': 1)")
    result = run("apply", str(folder), "--database", plain_database.dsn)
    if result.returncode:
        assert "30_t.sql:1:" in result.stderr
        assert "42601 syntax error" in result.stderr
        assert applied(plain_database.dsn) == list(range(1, 30))
    else:
        assert applied(plain_database.dsn) == list(range(1, COUNT + 1))


def test_a_session_setting_does_not_reach_the_next_one_in_the_message(tmp_path: Path, plain_database: Database):
    folder = many(
        tmp_path / "m",
        _20_t="set search_path = pg_catalog; create temp table left_over (); set standard_conforming_strings = off",
        _21_t="create table seen as select current_setting('search_path') as path, to_regclass('left_over')::text as t,"
        " 'a\\b' as text",
        _22_t="set transaction isolation level serializable; create table t22 ()",
    )
    apply(folder, plain_database.dsn)
    assert rows(plain_database.dsn, "table seen") == [('"$user", public', None, "a\\b")]
    assert applied(plain_database.dsn) == list(range(1, COUNT + 1))


def test_stepwise_files_and_repeatables_in_between_keep_the_order(tmp_path: Path, plain_database: Database):
    folder = many(
        tmp_path / "m", _20_t="create table t20 (id int); create index concurrently i on t20 (id)", R__v="select 1"
    )
    apply(folder, plain_database.dsn)
    order = rows(plain_database.dsn, "select id from schemactl.history order by started_at")
    assert [row[0] for row in order] == [*map(str, range(1, COUNT + 1)), "R__v"]


def test_a_lock_in_the_way_inside_a_message_is_told_and_tried_again(tmp_path: Path, plain_database: Database):
    config = killing.settings_file(tmp_path, lock_timeout="400ms")
    folder = many(tmp_path / "m", _30_t="alter table busy add column b int")
    with psycopg.connect(plain_database.superuser_dsn) as reader:
        with psycopg.connect(plain_database.dsn, autocommit=True) as owner:
            owner.execute("create table busy (id int)")
        reader.execute("select 1 from busy")
        arguments = ("apply", str(folder), "--database", plain_database.dsn, "--config", str(config))
        with killing.started(*arguments) as process:
            assert process.stderr is not None
            told = process.stderr.readline()
            assert "warning: 30_t: " in told
            assert "no lock in time" in told
            assert f"pid {reader.info.backend_pid}" in told
            reader.rollback()
            assert process.wait(killing.PATIENCE) == 0
    assert applied(plain_database.dsn) == list(range(1, COUNT + 1))


def test_a_connection_that_breaks_inside_a_message_is_settled_by_the_history(tmp_path: Path, plain_database: Database):
    config = killing.settings_file(tmp_path, lock_timeout="10min")
    folder = many(tmp_path / "m", _35_t=f"create table t35 (id int); {killing.gate(35)};")
    arguments = ("apply", str(folder), "--database", plain_database.dsn, "--config", str(config))
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True) as holder:
        killing.shut(holder, 35)
        with killing.started(*arguments) as process:
            backend = killing.until(lambda: killing.waiting_at(holder, 35))
            holder.execute("select pg_terminate_backend(%s)", (backend,))
            holder.execute("select pg_advisory_unlock_all()")
            _, said = process.communicate(timeout=killing.PATIENCE)
    assert process.returncode == 3
    assert "the connection broke while 35_t was applied" in said
    assert "(34 migrations applied before)" in said
    assert applied(plain_database.dsn) == list(range(1, 35))
    assert len(apply(folder, plain_database.dsn).applied) == 6


def test_an_answer_that_is_lost_as_a_whole_is_looked_up(tmp_path: Path, plain_database: Database):
    folder = many(tmp_path / "m")
    link = proxies.Cut(plain_database.dsn, lambda said: said.count(proxies.COMMITTED) > 4)
    with link.listening() as dsn:
        outcome = apply(folder, dsn)
    assert len(outcome.applied) == COUNT
    assert applied(plain_database.dsn) == list(range(1, COUNT + 1))
