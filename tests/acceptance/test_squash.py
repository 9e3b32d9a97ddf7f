"""`schemactl squash`: one migration in place of many."""

from pathlib import Path

import psycopg
import pytest
from tests.support.applying import write
from tests.support.program import Outcome, run

from schemactl.servers import Database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path / "migrations",
        _0001_t="create table kinds (id bigint generated always as identity primary key, name text unique, old text);"
        "create table parts (id int primary key, kind bigint references kinds, made timestamptz default now());",
        _0002_rows="insert into kinds (name) values ('one'), ('it''s two'); insert into parts values (7, 2);",
        _0003_touch="create function loud() returns trigger language plpgsql as "
        "$$begin new.old := 'x'; return new; end$$;"
        "create rule heard as on insert to parts do also insert into kinds (name) values ('heard');"
        "create trigger loud before insert on kinds for each row execute function loud();"
        "alter table kinds add column note text; create materialized view names as select name from kinds;",
        _0004_later="insert into kinds (name) values ('three')",
    )


def squash(folder: Path, *arguments: str) -> Outcome:
    return run("squash", folder, "--to", "0003", *arguments)


def rows(dsn: str) -> list[object]:
    with psycopg.connect(dsn) as connection:
        found = connection.execute("select id, name, old from kinds order by id").fetchall()
        return [*found, *connection.execute("select * from names order by 1").fetchall()]


def test_it_only_shows_the_file_unless_it_is_to_be_written(folder: Path):
    before = sorted(path.name for path in folder.iterdir())
    shown = run("squash", folder, "--to", "3")
    assert shown.code == 0, shown.err
    assert "migrations/0003_squashed.sql, in place of 3 migrations" in shown.err
    assert shown.out.startswith("-- schemactl:replaces=0001,0002,0003\n")
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_new_database_gets_the_same_catalog_and_rows(folder: Path, plain_database: Database, tmp_path: Path):
    assert run("apply", folder, "--to", "0003", "--database", plain_database.dsn).code == 0
    kept = write(tmp_path / "kept", **{f"_{p.stem}": p.read_text(encoding="utf-8") for p in folder.glob("000[123]*")})
    before = rows(plain_database.dsn)
    assert squash(folder, "--write").code == 0
    assert sorted(path.name for path in folder.iterdir()) == [".squashed", "0003_squashed.sql", "0004_later.sql"]
    with psycopg.connect(plain_database.dsn, autocommit=True) as connection:
        connection.execute("drop schema public cascade; drop schema schemactl cascade; create schema public")
    assert run("apply", folder, "--to", "0003", "--database", plain_database.dsn).code == 0
    assert rows(plain_database.dsn) == before
    assert run("diff", kept, write(tmp_path / "one", _0003_s=text(folder))).code == 0
    assert run("apply", folder, "--database", plain_database.dsn).code == 0
    assert rows(plain_database.dsn)[2] == (3, "three", "x")


def test_a_folder_that_cannot_be_written_is_left_as_it_was(folder: Path):
    before = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    (folder / ".squashed/0002_rows.sql/in the way").mkdir(parents=True)
    refused = squash(folder, "--write")
    assert refused.code == 2, refused.err
    assert "cannot be written" in refused.err
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()} == before


def text(folder: Path) -> str:
    return (folder / "0003_squashed.sql").read_text(encoding="utf-8")


def test_a_database_that_has_the_old_versions_is_up_to_date(folder: Path, plain_database: Database):
    assert run("apply", folder, "--to", "0003", "--database", plain_database.dsn).code == 0
    assert squash(folder, "--write").code == 0
    status = run("status", folder, "--database", plain_database.dsn, "--format", "json")
    standings = {m["migration"]: m["standing"] for m in status.json["status"]["migrations"]}
    assert standings == {"0003_squashed": "applied", "0004_later": "pending"}
    applied = run("apply", folder, "--database", plain_database.dsn)
    assert applied.code == 0, applied.err
    assert run("status", folder, "--database", plain_database.dsn).code == 0


def test_a_database_that_has_only_some_is_a_conflict(folder: Path, plain_database: Database):
    assert run("apply", folder, "--to", "0002", "--database", plain_database.dsn).code == 0
    assert squash(folder, "--write").code == 0
    refused = run("apply", folder, "--database", plain_database.dsn)
    assert refused.code == 5
    assert "0001_t" in refused.err


@pytest.mark.parametrize(("to", "message"), [("0001", "only one migration"), ("0009", "has version 0009")])
def test_what_cannot_be_squashed_is_said(folder: Path, to: str, message: str):
    result = run("squash", folder, "--to", to)
    assert result.code == 2
    assert message in result.err


def test_rows_of_tables_that_refer_to_each_other_go_together(tmp_path: Path, plain_database: Database):
    folder = write(
        tmp_path / "circle",
        _0001_t="create table teams (id int primary key, captain int not null);"
        "create table people (id int primary key, team int not null references teams, boss int references people);"
        "alter table teams add foreign key (captain) references people;"
        "create table notes (id int primary key, person int references people, place int unique deferrable)",
        _0002_rows="with t as (insert into teams values (1, 7)), "
        "p as (insert into people values (7, 1, null), (3, 1, 7)) "
        "insert into notes values (1, 7)",
    )
    assert run("squash", folder, "--to", "0002", "--write").code == 0
    assert run("apply", folder, "--database", plain_database.dsn).code == 0
    with psycopg.connect(plain_database.dsn) as connection:
        found = connection.execute("select t.id, p.id, boss from teams t join people p on p.team = t.id order by 2")
        assert found.fetchall() == [(1, 3, 7), (1, 7, None)]


def test_roles_that_the_migrations_make_are_made_by_the_file(tmp_path: Path, plain_database: Database):
    folder = write(
        tmp_path / "roles",
        _0001_r='create role squashed_group; create role "Squashed one" login bypassrls in role squashed_group',
        _0002_t='create table kept (id int); grant select on kept to "Squashed one"',
    )
    written = run("squash", folder, "--to", "0002", "--write")
    assert written.code == 0, written.err
    assert "role Squashed one: is made where the server does not have it, without a password" in written.err
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True) as connection:
        assert not connection.execute("select from pg_roles where rolname ~ '^(S|s)quashed'").fetchall()
    applied = run("apply", folder, "--database", plain_database.superuser_dsn)
    assert applied.code == 0, applied.err
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True) as connection:
        found = connection.execute(
            "select rolcanlogin, rolbypassrls, pg_has_role(oid, 'squashed_group', 'usage') "
            "from pg_roles where rolname = 'Squashed one'"
        )
        assert found.fetchall() == [(True, True, True)]
        connection.execute('drop owned by "Squashed one"; drop role "Squashed one", squashed_group')
