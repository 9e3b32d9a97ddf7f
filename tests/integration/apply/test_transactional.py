"""One migration, one transaction, with its history row inside."""

from pathlib import Path

import pytest
from tests.support.applying import apply, history, rows, run, write

from schemactl.core.errors import SourceError, StatementError
from schemactl.servers import Database, Server


def test_every_migration_is_applied_once_in_the_order_of_its_number(tmp_path: Path, plain_database: Database):
    folder = write(
        tmp_path / "m",
        _10_c="insert into a values (3)",
        _2_b="insert into a values (2);",
        _001_a="create table a (id int);\n-- the end",
    )
    outcome = apply(folder, plain_database.dsn)
    assert [one.title for one in outcome.applied] == ["001_a", "2_b", "10_c"]
    assert history(plain_database.dsn) == [("1", "applied", 1, 1), ("2", "applied", 1, 1), ("10", "applied", 1, 1)]
    assert apply(folder, plain_database.dsn).applied == ()
    assert rows(plain_database.dsn, "select array_agg(id) from a") == [([2, 3],)]


@pytest.mark.parametrize(
    "use", ["update people set mood = 'meh'", "insert into people values (1, 'meh')", "select 'meh'::mood"]
)
def test_a_new_enum_value_that_is_used_at_once_is_refused_before_anything_runs(
    tmp_path: Path, plain_database: Database, use: str
):
    before = write(
        tmp_path / "before",
        _1_a="create type mood as enum ('fine'); create table people (gone int, id int, mood mood, note text);"
        "alter table people drop gone;",
    )
    apply(before, plain_database.dsn)
    folder = write(before, _2_b="create table b ();", _3_c=f"alter type mood add value 'meh';\n{use};")
    with pytest.raises(SourceError, match="is used before it is committed"):
        apply(folder, plain_database.dsn)
    assert rows(plain_database.dsn, "select to_regclass('b')") == [(None,)]
    write(folder, _3_c="alter type mood add value 'meh';\nupdate people set note = 'meh';")
    apply(folder, plain_database.dsn)
    assert history(plain_database.dsn)[-1] == ("3", "applied", 2, 2)


def test_a_failing_statement_takes_its_whole_migration_back_and_leaves_those_before(
    tmp_path: Path, plain_database: Database
):
    folder = write(
        tmp_path / "m",
        _1_a="create table a (id int);",
        _2_b="create table b (id int);\n\n/* ünïcode */ insert into\r\n  nowhere values (1);\ncreate table c (id int)",
    )
    with pytest.raises(StatementError) as caught:
        apply(folder, plain_database.dsn)
    assert caught.value.sqlstate == "42P01"
    assert caught.value.place is not None
    assert (caught.value.place.line, caught.value.place.column) == (4, 3)
    assert "42P01 undefined table" in str(caught.value)
    assert "statement 2: the whole file was rolled back" in str(caught.value)
    assert "(1 migration applied before)" in str(caught.value)
    assert history(plain_database.dsn) == [("1", "applied", 1, 1)]
    assert rows(plain_database.dsn, "select to_regclass('b'), to_regclass('c')") == [(None, None)]


def test_an_error_without_a_position_is_placed_at_its_statement(tmp_path: Path, plain_database: Database):
    text = "\ufeffcreate table a (id int);\n -- why\n  insert into a values (1 / (select 0));"
    with pytest.raises(StatementError) as caught:
        apply(write(tmp_path / "m", _1_a=text), plain_database.dsn)
    assert caught.value.sqlstate == "22012"
    assert str(caught.value.place).endswith("1_a.sql:3:3")


def test_behind_a_byte_order_mark_and_other_letters_the_column_is_right(tmp_path: Path, plain_database: Database):
    text = "\ufeffcreate table b (id int, note text default 'é', c nowhere.type);"
    with pytest.raises(StatementError) as caught:
        apply(write(tmp_path / "m", _1_a=text), plain_database.dsn)
    # An editor does not count the mark as a column.
    assert str(caught.value.place).endswith(f"1_a.sql:1:{text.index('nowhere')}")


def test_a_deferred_check_fails_at_commit_and_nothing_is_recorded(tmp_path: Path, plain_database: Database):
    text = """
    create table a (id int primary key, b int references a deferrable initially deferred);
    insert into a values (1, 2);
    """
    with pytest.raises(StatementError, match="at COMMIT, so all of it was rolled back: 23503") as caught:
        apply(write(tmp_path / "m", _1_a=text), plain_database.dsn)
    assert caught.value.exit_code == 6
    assert history(plain_database.dsn) == []


@pytest.mark.parametrize(
    "text",
    [
        "set search_path = nowhere; set row_security = off; set default_transaction_read_only = on",
        "create role {role}; set role {role}",
        "create role {role}; set session authorization {role}",
        "create role {role}; set local role {role}",
        "set standard_conforming_strings = off",
        "set client_encoding = 'latin1'",
        "create temp table leftover (id int); prepare leftover as select 1; listen leftover",
        "declare leftover cursor with hold for select 1",
        "set lock_timeout = '1us'; set statement_timeout = '10min'",
        "set constraints all deferred",
        "set transaction isolation level serializable",
        "reset all",
    ],
)
def test_the_next_migration_starts_in_a_session_as_new(tmp_path: Path, plain_server: Server, text: str):
    second = """
    create table b as
    select current_user = session_user as own_role, current_setting('search_path') as path,
           current_setting('standard_conforming_strings') as strings, current_setting('client_encoding') as encoding,
           (select count(*) from pg_prepared_statements) as prepared, (select count(*) from pg_cursors) as cursors,
           to_regclass('pg_temp.leftover')::text as temporary, e'\\\\' = '\\' as backslash
    """
    with plain_server.database() as database:
        role = f"r_{database.name}"
        folder = write(tmp_path / "m", _1_a=text.format(role=role), _2_b=second)
        apply(folder, database.superuser_dsn)
        assert rows(database.superuser_dsn, "table b") == [
            (True, '"$user", public', "on", "UTF8", 0, 0, None, True),
        ]
        assert [row[1] for row in history(database.superuser_dsn)] == ["applied", "applied"]


def test_a_function_body_with_semicolons_and_quotes_travels_unharmed(tmp_path: Path, plain_database: Database):
    text = """
    create function f() returns text language plpgsql as $body$ begin return 'a;b''c\\n :''x'' %s' ; end $body$;
    create table t (x text default E'it\\'s; -- no comment', y text default ':''name''');
    insert into t default values;
    """
    apply(write(tmp_path / "m", _1_a=text), plain_database.dsn)
    assert rows(plain_database.dsn, "select f(), x, y from t") == [
        ("a;b'c\\n :'x' %s", "it's; -- no comment", ":'name'")
    ]


def test_a_password_is_not_kept_in_the_history(tmp_path: Path, plain_server: Server):
    secret = "sw0rd" + "fish99"
    with plain_server.database() as database:
        text = f"create role r_{database.name} password '{secret}'; drop role r_{database.name}"
        apply(write(tmp_path / "m", _1_a=text), database.superuser_dsn)
        assert secret not in str(rows(database.superuser_dsn, "table schemactl.history"))


@pytest.mark.parametrize(
    "text", ["", ";", "-- nothing yet", "/* nothing */;;", "\ufeff", "-- schemactl:transaction=none\n"]
)
def test_a_file_without_a_statement_is_applied(tmp_path: Path, embedded_database: Database, text: str):
    apply(write(tmp_path / "m", _1_a=text, _2_b="select 1"), embedded_database.dsn)
    assert history(embedded_database.dsn) == [("1", "applied", 0, 0), ("2", "applied", 1, 1)]


def test_a_warning_of_the_server_is_passed_on_and_a_notice_is_not(tmp_path: Path, embedded_database: Database):
    text = "do $$ begin raise warning 'mind the gap'; raise notice 'nothing'; end $$; create table if not exists a ()"
    result = run("apply", str(write(tmp_path / "m", _1_a=text)), "--database", embedded_database.dsn)
    assert result.stderr == "warning: the server warns: mind the gap\n"
