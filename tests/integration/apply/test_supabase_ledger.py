"""`ledger = "supabase"`: the Supabase CLI's own table, read and written so that both tools agree."""

from pathlib import Path

import psycopg
import pytest
from tests.support.applying import apply, rows, run, write

from schemactl.apply.supabase_ledger import SupabaseLedger
from schemactl.core.errors import HistoryError, StatementError
from schemactl.db.redact import MASK
from schemactl.servers import Database

LEDGER = "select version, name, statements from supabase_migrations.schema_migrations order by version"
OWN = "select to_regclass('schemactl.history') is not null"


def execute(dsn: str, sql: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.encode())


def test_version_name_and_statements_are_kept_and_nothing_else_is_made(tmp_path: Path, database: Database):
    folder = write(
        tmp_path / "m",
        _20240101000000_a="-- first\ncreate table a (id int);\n\ncreate table b (id int);",
        _20240102000000_b="insert into a values (1)",
    )
    apply(folder, database.dsn, store=SupabaseLedger())
    assert rows(database.dsn, LEDGER) == [
        ("20240101000000", "a", ["create table a (id int)", "create table b (id int)"]),
        ("20240102000000", "b", ["insert into a values (1)"]),
    ]
    assert rows(database.dsn, OWN) == [(False,)]
    assert apply(folder, database.dsn, store=SupabaseLedger()).applied == ()


@pytest.mark.parametrize(
    "table",
    [
        "version text not null primary key",
        "version text not null primary key, statements text[], name text",
        "version text not null primary key, statements text[], name text, created_by text, rollback text[]",
    ],
)
def test_tables_of_every_age_are_read(tmp_path: Path, database: Database, table: str):
    execute(database.superuser_dsn, "create schema if not exists supabase_migrations")
    execute(database.superuser_dsn, f"create table if not exists supabase_migrations.schema_migrations ({table})")
    execute(database.superuser_dsn, "insert into supabase_migrations.schema_migrations (version) values ('20240101')")
    folder = write(tmp_path / "m", _20240101_a="create table a (id int)", _20240102_b="create table b (id int)")
    outcome = apply(folder, database.superuser_dsn, store=SupabaseLedger())
    assert [one.title for one in outcome.applied] == ["20240102_b"]


def test_what_the_cli_recorded_is_compared_with_the_file(tmp_path: Path, database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int);\n-- why\ninsert into a values (1);\n")
    store = SupabaseLedger()
    apply(folder, database.dsn, store=store)
    # As the CLI splits: comments stay with the statement behind them.
    execute(
        database.dsn,
        "update supabase_migrations.schema_migrations set statements ="
        " array['create table a (id int)', E'-- why\\ninsert into a values (1)']",
    )
    assert apply(folder, database.dsn, store=store).applied == ()
    write(folder, _1_a="create table a (id int); insert into a values (2);")
    with pytest.raises(HistoryError, match="insert into a values \\(2\\)"):
        apply(folder, database.dsn, store=store)


def test_a_broken_off_migration_is_not_in_the_cli_s_table_before_it_is_whole(tmp_path: Path, database: Database):
    folder = write(
        tmp_path / "m", _1_a="-- schemactl:transaction=none\ncreate table a (id int); insert into b values (1)"
    )
    store = SupabaseLedger()
    with pytest.raises(StatementError):
        apply(folder, database.dsn, store=store)
    assert rows(database.dsn, LEDGER) == []
    assert rows(database.dsn, "select id, state, statements_done from schemactl.history") == [("1", "failed", 1)]
    execute(database.dsn, "create table b (id int)")
    apply(folder, database.dsn, store=store)
    assert rows(database.dsn, "select version from supabase_migrations.schema_migrations") == [("1",)]
    assert rows(database.dsn, "select count(*) from schemactl.history") == [(0,)]


def test_a_repeatable_is_kept_out_of_the_cli_s_table(tmp_path: Path, database: Database):
    folder = write(tmp_path / "m", _1_a="select 1", R__v="create or replace view v as select 1 as one")
    store = SupabaseLedger()
    apply(folder, database.dsn, store=store)
    assert apply(folder, database.dsn, store=store).applied == ()
    write(folder, R__v="create or replace view v as select 1 as one, 2 as two")
    assert [one.title for one in apply(folder, database.dsn, store=store).applied] == ["R__v"]
    assert rows(database.dsn, "select version from supabase_migrations.schema_migrations") == [("1",)]


def test_a_password_is_masked_and_no_edit_is_seen_where_it_was(tmp_path: Path, database: Database):
    secret = "sw0rd" + "fish99"
    text = f"create role r_{database.name} password '{secret}'; drop role r_{database.name}"
    folder = write(tmp_path / "m", _1_a=text)
    apply(folder, database.superuser_dsn, store=SupabaseLedger())
    [(_, _, statements)] = rows(database.superuser_dsn, LEDGER)
    assert secret not in str(statements)
    assert MASK in str(statements)
    assert apply(folder, database.superuser_dsn, store=SupabaseLedger()).applied == ()


def test_a_version_of_letters_is_a_clear_error(tmp_path: Path, database: Database):
    apply(write(tmp_path / "m", _1_a="select 1"), database.dsn, store=SupabaseLedger())
    execute(database.dsn, "insert into supabase_migrations.schema_migrations (version) values ('init')")
    with pytest.raises(HistoryError, match="`init`, which is no number"):
        apply(tmp_path / "m", database.dsn, store=SupabaseLedger())


def test_the_configuration_chooses_it_and_a_baseline_is_a_row_each(tmp_path: Path, database: Database):
    (tmp_path / "schemactl.toml").write_text('ledger = "supabase"\n', encoding="utf-8")
    write(tmp_path / "migrations", _1_a="select 1", _2_b="select 2", _3_c="select 3")
    arguments = ("--database", database.dsn, "--config", str(tmp_path / "schemactl.toml"))
    assert run("baseline", "2", *arguments).returncode == 0
    result = run("apply", *arguments)
    assert result.returncode == 0, result.stderr
    assert "1 migration applied" in result.stdout
    assert rows(database.dsn, LEDGER) == [("1", "a", ["select 1"]), ("2", "b", ["select 2"]), ("3", "c", ["select 3"])]


def test_a_ledger_of_the_cli_is_not_overlooked_when_the_configuration_does_not_name_it(
    tmp_path: Path, database: Database
):
    folder = write(tmp_path / "m", _1_a="create table a (id int)", _2_b="create table b (id int)")
    apply(folder, database.dsn, store=SupabaseLedger())
    result = run("apply", str(folder), "--database", database.dsn)
    assert result.returncode == 5
    assert "the Supabase CLI's ledger has 2 migrations" in result.stderr
    assert 'ledger = "supabase"' in result.stderr
    assert run("baseline", "2", "--folder", str(folder), "--database", database.dsn).returncode == 0
    assert run("apply", str(folder), "--database", database.dsn).returncode == 0


def test_a_history_that_began_in_schemactl_s_table_goes_on_in_the_cli_s(tmp_path: Path, database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int)")
    apply(folder, database.dsn)
    write(folder, _2_b="create table b (id int)")
    assert [one.title for one in apply(folder, database.dsn, store=SupabaseLedger()).applied] == ["2_b"]
