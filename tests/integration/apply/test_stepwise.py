"""What cannot run in a transaction: recognised, recorded statement by statement, resumed."""

import re
from pathlib import Path

import psycopg
import pytest
from tests.support import killing
from tests.support.applying import apply, history, rows, run, write

from schemactl.core.errors import HistoryError, SchemactlError, SourceError, StatementError
from schemactl.servers import Database, Server

NONE = "-- schemactl:transaction=none\n"


def valid(dsn: str, index: str) -> bool | None:
    found = rows(dsn, f"select indisvalid from pg_index where indexrelid = to_regclass('{index}')")
    return bool(found[0][0]) if found else None


def test_a_file_with_a_concurrent_build_needs_no_directive(tmp_path: Path, plain_database: Database):
    text = "create table a (id int); create index concurrently i on a (id); insert into a values (1)"
    apply(write(tmp_path / "m", _1_a=text), plain_database.dsn)
    assert valid(plain_database.dsn, "i") is True
    assert history(plain_database.dsn) == [("1", "applied", 3, 3)]


@pytest.mark.parametrize(
    "statement",
    [
        "vacuum a",
        "vacuum full a",
        "reindex table concurrently a",
        "reindex schema public",
        "alter system set work_mem = '5MB'",
        "alter system reset work_mem",
        "create database {name}_x; drop database {name}_x",
        "drop index concurrently a_id",
        "cluster",
        "do $$ begin insert into a values (5); commit; insert into a values (6); end $$",
        "create procedure p() language plpgsql as 'begin commit; end'; call p()",
        "create procedure p() language plpgsql as 'begin perform 1; end'; call p()",
        "alter table p detach partition p1 concurrently",
        "select 1; set search_path = pg_catalog; create index concurrently i2 on public.a (id)",
        "set role pg_monitor; select 1; reset role; vacuum a",
        "set session authorization pg_monitor; select 1; reset session authorization; vacuum a",
    ],
)
def test_each_kind_of_statement_runs_and_is_recorded(tmp_path: Path, plain_server: Server, statement: str):
    with plain_server.database() as database:
        setup = """
        create table a (id int); create index a_id on a (id);
        create table p (id int) partition by list (id); create table p1 partition of p for values in (1);
        """
        text = NONE + statement.format(name=database.name)
        apply(write(tmp_path / "m", _1_a=setup, _2_b=text), database.superuser_dsn)
        assert [row[1] for row in history(database.superuser_dsn)] == ["applied", "applied"]


def test_a_failing_statement_is_recorded_and_the_next_run_goes_on_there(tmp_path: Path, plain_database: Database):
    text = (
        NONE
        + "create table a (id int);\ninsert into a values (1);\ninsert into b values (1);\ninsert into a values (2)"
    )
    folder = write(tmp_path / "m", _1_a=text)
    with pytest.raises(StatementError) as caught:
        apply(folder, plain_database.dsn)
    assert str(caught.value.place).endswith("1_a.sql:4:13")
    assert "statement 3: rolled back; statements 1 to 2 of it stand, and the next run goes on here" in str(caught.value)
    assert history(plain_database.dsn) == [("1", "failed", 2, 4)]
    assert "undefined table" in str(rows(plain_database.dsn, "select error from schemactl.history"))
    with psycopg.connect(plain_database.dsn, autocommit=True) as connection:
        connection.execute("create table b (id int)")
    apply(folder, plain_database.dsn)
    assert history(plain_database.dsn) == [("1", "applied", 4, 4)]
    assert rows(plain_database.dsn, "select array_agg(id), (select error from schemactl.history) from a") == [
        ([1, 2], None)
    ]


def test_what_ran_already_must_not_be_edited_but_the_rest_may(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a=NONE + "create table a (id int); select 1; insert into b values (1)")
    with pytest.raises(StatementError):
        apply(folder, plain_database.dsn)
    write(folder, _1_a=NONE + "create table a (id bigint); select 1; insert into b values (1)")
    with pytest.raises(HistoryError) as caught:
        apply(folder, plain_database.dsn)
    assert caught.value.exit_code == 5
    assert "which the database has, edited since the run broke off" in str(caught.value)
    write(folder, _1_a=NONE + "create table a (id int); select 1; insert into a values (7)")
    apply(folder, plain_database.dsn)
    assert history(plain_database.dsn) == [("1", "applied", 3, 3)]
    assert rows(plain_database.dsn, "table a") == [(7,)]


def test_statements_taken_off_the_end_after_a_failure_end_the_migration(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a=NONE + "create table a (id int); insert into b values (1)")
    with pytest.raises(StatementError):
        apply(folder, plain_database.dsn)
    write(folder, _1_a=NONE + "create table a (id int)")
    apply(folder, plain_database.dsn)
    assert history(plain_database.dsn) == [("1", "applied", 1, 1)]


def test_settings_of_the_statements_before_are_brought_back(tmp_path: Path, plain_database: Database):
    text = NONE + "create schema s; set search_path = s; create table a (id int); select * from b; create table c ()"
    folder = write(tmp_path / "m", _1_a=text)
    with pytest.raises(StatementError):
        apply(folder, plain_database.dsn)
    with psycopg.connect(plain_database.dsn, autocommit=True) as connection:
        connection.execute("create table s.b ()")
    apply(folder, plain_database.dsn)
    assert rows(plain_database.dsn, "select to_regclass('s.c') is not null") == [(True,)]


def test_an_invalid_index_is_built_again_though_if_not_exists_would_skip_it(tmp_path: Path, plain_database: Database):
    with psycopg.connect(plain_database.dsn, autocommit=True) as connection:
        connection.execute("create table a (id int); insert into a values (1), (1)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("create unique index concurrently i on a (id)")
        connection.execute("truncate a")
    assert valid(plain_database.dsn, "i") is False
    folder = write(tmp_path / "m", _1_a="create unique index concurrently if not exists i on a (id)")
    result = run("apply", str(folder), "--database", plain_database.dsn)
    assert result.returncode == 0, result.stderr
    assert "public.i was left half done: DROP INDEX CONCURRENTLY" in result.stderr
    assert valid(plain_database.dsn, "i") is True


def test_a_valid_index_of_that_name_is_left_alone_by_if_not_exists(tmp_path: Path, plain_database: Database):
    with psycopg.connect(plain_database.dsn, autocommit=True) as connection:
        connection.execute("create table a (id int)")
        connection.execute("create index i on a (id)")
        before = rows(plain_database.dsn, "select 'i'::regclass::oid")
    apply(write(tmp_path / "m", _1_a="create index concurrently if not exists i on a (id)"), plain_database.dsn)
    assert rows(plain_database.dsn, "select 'i'::regclass::oid") == before


def test_an_index_of_somebody_else_is_no_success_without_if_not_exists(tmp_path: Path, plain_database: Database):
    with psycopg.connect(plain_database.dsn, autocommit=True) as connection:
        connection.execute("create table a (id int)")
        connection.execute("create index i on a (id)")
    folder = write(tmp_path / "m", _1_a="create index concurrently i on a (id)")
    for _ in range(2):
        with pytest.raises(StatementError, match="42P07 duplicate table"):
            apply(folder, plain_database.dsn)
        assert history(plain_database.dsn) == [("1", "failed", 0, 1)]


def test_a_build_that_fails_leaves_no_broken_index(tmp_path: Path, plain_database: Database):
    text = "create table a (id int); insert into a values (1), (1); create unique index concurrently i on a (id)"
    folder = write(tmp_path / "m", _1_a=text)
    with pytest.raises(StatementError, match="23505 unique violation"):
        apply(folder, plain_database.dsn)
    assert valid(plain_database.dsn, "i") is None
    with psycopg.connect(plain_database.dsn, autocommit=True) as connection:
        connection.execute("truncate a")
    apply(folder, plain_database.dsn)
    assert valid(plain_database.dsn, "i") is True


def test_a_build_that_gets_no_lock_ends_within_its_own_limit_and_names_the_blocker(
    tmp_path: Path, plain_database: Database
):
    folder = write(tmp_path / "m", _1_a="create index concurrently i on a (id)")
    config = killing.settings_file(tmp_path, build_lock_timeout="300ms")
    with psycopg.connect(plain_database.dsn) as writer:
        with psycopg.connect(plain_database.dsn, autocommit=True) as connection:
            connection.execute("create table a (id int)")
        writer.execute("insert into a values (1)")
        result = run("apply", str(folder), "--database", plain_database.dsn, "--config", str(config))
        assert result.returncode == 4, result.stderr
        assert f"pid {writer.info.backend_pid}" in result.stderr
        assert "idle in transaction" in result.stderr
        assert valid(plain_database.dsn, "i") is not True
        writer.commit()
    apply(folder, plain_database.dsn)
    assert valid(plain_database.dsn, "i") is True


def test_a_detach_that_broke_off_is_finished(tmp_path: Path, plain_database: Database):
    setup = "create table p (id int) partition by list (id); create table p1 partition of p for values in (1);"
    folder = write(tmp_path / "m", _1_a=setup)
    apply(folder, plain_database.dsn)
    write(folder, _2_b="alter table p detach partition p1 concurrently")
    config = killing.settings_file(tmp_path, build_lock_timeout="10min")
    with psycopg.connect(plain_database.superuser_dsn) as reader:
        reader.execute("select * from p")
        arguments = ("apply", str(folder), "--database", plain_database.dsn, "--config", str(config))
        with (
            killing.started(*arguments) as process,
            psycopg.connect(plain_database.superuser_dsn, autocommit=True) as watch,
        ):
            killing.until(lambda: watch.execute("select 1 from pg_inherits where inhdetachpending").fetchone())
            killing.kill(process)
            killing.until(lambda: not killing.runners(watch))
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    assert "DETACH PARTITION p1 FINALIZE" in result.stderr
    assert rows(plain_database.dsn, "select count(*) from pg_inherits") == [(0,)]
    assert history(plain_database.dsn)[-1] == ("2", "applied", 1, 1)


def test_what_a_reindex_left_behind_is_dropped(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int); create index i on a (id); insert into a values (1)")
    apply(folder, plain_database.dsn)
    write(folder, _2_b="reindex table concurrently a")
    arguments = ("apply", str(folder), "--database", plain_database.dsn)
    with psycopg.connect(plain_database.superuser_dsn) as writer:
        writer.execute("insert into a values (2)")
        with (
            killing.started(*arguments) as process,
            psycopg.connect(plain_database.superuser_dsn, autocommit=True) as watch,
        ):
            killing.until(lambda: watch.execute("select 1 from pg_class where relname = 'i_ccnew'").fetchone())
            killing.kill(process)
            killing.until(lambda: not killing.runners(watch))
    assert valid(plain_database.dsn, "i_ccnew") is False
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    assert rows(plain_database.dsn, "select relname from pg_class where relname like 'i%cc%'") == []
    assert history(plain_database.dsn)[-1] == ("2", "applied", 1, 1)


def test_a_concurrent_drop_that_broke_off_is_carried_out(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int); create index i on a (id)")
    apply(folder, plain_database.dsn)
    write(folder, _2_b="drop index concurrently i")
    arguments = ("apply", str(folder), "--database", plain_database.dsn)
    with psycopg.connect(plain_database.superuser_dsn) as writer:
        writer.execute("insert into a values (2)")
        with (
            killing.started(*arguments) as process,
            psycopg.connect(plain_database.superuser_dsn, autocommit=True) as watch,
        ):
            killing.until(lambda: watch.execute("select 1 from pg_index where not indisvalid").fetchone())
            killing.kill(process)
            killing.until(lambda: not killing.runners(watch))
    assert valid(plain_database.dsn, "i") is False
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    assert valid(plain_database.dsn, "i") is None
    assert history(plain_database.dsn)[-1] == ("2", "applied", 1, 1)


def test_a_statement_that_was_under_way_and_is_edited_is_not_taken_for_done(tmp_path: Path, plain_database: Database):
    dsn = plain_database.superuser_dsn
    with psycopg.connect(dsn, autocommit=True) as owner:
        owner.execute("create table a (id int)")
    folder = write(tmp_path / "m", _1_a="create index concurrently i on a (id)")
    with psycopg.connect(dsn) as writer:
        writer.execute("insert into a values (1)")
        with killing.started("apply", str(folder), "--database", dsn) as process:
            killing.until(lambda: rows(dsn, "select 1 from pg_index where not indisvalid"))
            killing.kill(process)
    with psycopg.connect(dsn, autocommit=True) as watch:
        killing.until(lambda: not killing.runners(watch))
    write(folder, _1_a="create index concurrently j on a (id)")
    result = run("apply", str(folder), "--database", dsn)
    assert result.returncode == 0, result.stderr
    assert "statement 1 was edited since it was under way" in result.stderr
    assert "create index concurrently i on a (id)" in result.stderr
    assert valid(dsn, "j") is True


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("begin; select 1; commit", "BEGIN inside a migration"),
        ("select 1; commit; select 2", "COMMIT inside a migration"),
        ("select 1; rollback", "ROLLBACK inside a migration"),
        ("prepare transaction 'x'", "PREPARE TRANSACTION inside a migration"),
        (NONE + "lock table pg_class", "LOCK TABLE has no effect here: because of transaction=none"),
        (NONE + "savepoint s", "SAVEPOINT"),
        ("set local search_path = x; vacuum", "SET LOCAL has no effect here: because of VACUUM (line 1)"),
        ("create index concurrently on a (id)", "CREATE INDEX CONCURRENTLY without a name"),
        (NONE + "discard all", "DISCARD ALL would give up the lock"),
        ("copy pg_class to stdout", "COPY to a client that keeps no data"),
        ("copy a from stdin", "COPY … FROM stdin cannot run in a migration"),
        (
            "create type e as enum ('a'); \\i x",
            "psql meta-command",
        ),
        ("-- schemactl:transactoin=none\nselect 1", "unknown directive"),
        ("select 1;\n-- schemactl:transaction=none", "behind its first statement"),
    ],
)
def test_what_could_not_run_is_refused_before_anything_runs(
    tmp_path: Path, embedded_database: Database, text: str, message: str
):
    folder = write(tmp_path / "m", _1_a="create table first (id int)", _2_b=text)
    with pytest.raises(SchemactlError, match=re.escape(message)) as caught:
        apply(folder, embedded_database.dsn)
    assert caught.value.exit_code == 2
    assert caught.value.hint
    assert "2_b.sql:" in str(caught.value)
    assert rows(embedded_database.dsn, "select to_regclass('first')") == [(None,)]


def test_an_enum_value_used_before_it_is_committed_is_refused_with_the_way_out(
    tmp_path: Path, plain_database: Database
):
    apply(write(tmp_path / "m", _1_a="create type e as enum ('a'); create table t (x e)"), plain_database.dsn)
    folder = write(
        tmp_path / "m", _2_b="create table first ();\nalter type e add value 'b';\ninsert into t values ('b'::e)"
    )
    with pytest.raises(SourceError, match="the value 'b' of enum e, added on line 2, is used before it is") as caught:
        apply(folder, plain_database.dsn)
    assert "a migration of its own" in str(caught.value.hint)
    assert str(caught.value.place).endswith("2_b.sql:3:1")
    assert rows(plain_database.dsn, "select to_regclass('first')") == [(None,)]
    write(folder, _2_b="alter type e add value 'b'", _3_c="insert into t values ('b'::e)")
    apply(folder, plain_database.dsn)
    assert rows(plain_database.dsn, "select x::text from t") == [("b",)]


def test_what_the_server_alone_knows_to_need_no_transaction_says_so(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create procedure p() language plpgsql as 'begin commit; end'", _2_b="call p()")
    with pytest.raises(StatementError, match="2D000") as caught:
        apply(folder, plain_database.dsn)
    assert "-- schemactl:transaction=none" in str(caught.value.hint)
