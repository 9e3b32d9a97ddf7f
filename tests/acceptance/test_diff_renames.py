"""`schemactl diff --sql --rename`: what a person says is a rename keeps its rows."""

from pathlib import Path

import psycopg
import pytest
from tests.support.applying import write
from tests.support.program import Outcome, run

from schemactl.servers import Database

BEFORE = """
create schema old;
create type old.mood as enum ('sad', 'ok');
create table old.users (id bigint generated always as identity primary key, name text unique, mood old.mood, n serial);
create index on old.users (lower(name));
create table old.posts (id bigint primary key, author bigint references old.users);
create view old.names as select name from old.users;
"""
AFTER = """
create schema app;
create type app.mood as enum ('gloomy', 'ok', 'glad');
create table app.people (
  id bigint generated always as identity primary key, "Full name" text unique, mood app.mood, n serial, age int
);
create index on app.people (lower("Full name"));
create table app.posts (id bigint primary key, author bigint references app.people);
create view app.names as select "Full name" from app.people;
"""
RENAMES = ("old=app", "app.users=people", 'app.people.name="Full name"', "app.mood.sad=gloomy")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    write(tmp_path / "before", _1_t=BEFORE)
    write(tmp_path / "after", _1_t=AFTER)
    return tmp_path


def diff(folders: Path, *renames: str, **options: Path) -> Outcome:
    said = [word for rename in renames for word in ("--rename", rename)]
    placed = [word for name, value in options.items() for word in (f"--{name}", value)]
    return run("diff", "before", "after", "--sql", *said, *placed, cwd=folders)


def test_what_is_said_to_be_renamed_keeps_its_rows(folders: Path, plain_database: Database):
    assert run("apply", "before", "--database", plain_database.dsn, cwd=folders).code == 0
    with psycopg.connect(plain_database.dsn) as connection:
        connection.execute("insert into old.users (name, mood) values ('Ada', 'sad')")
        connection.execute("insert into old.posts values (1, 1)")
    written = diff(folders, *RENAMES, output=Path("before/2_renames.sql"))
    assert written.code == 0, written.err
    assert "becomes people, and what still asks for the old name fails from then on" in written.err
    assert run("apply", "before", "--database", plain_database.dsn, cwd=folders).code == 0
    assert run("diff", plain_database.dsn, "after", cwd=folders).code == 0
    with psycopg.connect(plain_database.dsn) as connection:
        people = connection.execute('select p.id, "Full name", mood::text, n from app.people p join app.posts on true')
        assert people.fetchall() == [(1, "Ada", "gloomy", 1)]


def test_keys_indexes_and_sequences_follow_their_table(folders: Path):
    written = diff(folders, *RENAMES)
    assert "RENAME CONSTRAINT users_pkey TO people_pkey" in written.out
    assert "ALTER INDEX app.users_lower_idx RENAME TO people_lower_idx" in written.out
    assert "ALTER SEQUENCE app.users_n_seq RENAME TO people_n_seq" in written.out
    assert "DROP" not in written.out.replace("DROP VIEW", "")


def test_without_it_nothing_is_lost_either(folders: Path):
    write(folders / "before", _1_t="create table t (id int, name text)")
    write(folders / "after", _1_t="create table t (id int, title text)")
    kept = diff(folders)
    assert kept.code == 1
    assert "-- ALTER TABLE public.t DROP COLUMN IF EXISTS name;" in kept.out
    assert "--rename public.t.name=title" in kept.err
    meant = diff(folders, "public.t.name=title")
    assert meant.code == 0
    assert "DROP" not in meant.out


def test_a_label_in_the_place_of_another_may_be_a_rename(folders: Path):
    write(folders / "before", _1_t="create type mood as enum ('sad', 'ok')")
    write(folders / "after", _1_t="create type mood as enum ('gloomy', 'ok')")
    assert "say --rename public.mood.sad=gloomy" in diff(folders).err
    meant = diff(folders, "public.mood.sad=gloomy")
    assert meant.code == 0
    assert "ALTER TYPE public.mood RENAME VALUE 'sad' TO 'gloomy';" in meant.out


@pytest.mark.parametrize(
    ("rename", "message"),
    [
        ("name", "not a rename: name"),
        ("old.users.name=old.users.full_name", "not a rename"),
        ("old.users.title=name", "BEFORE has no such schema, relation, type, column or label"),
        ("old.users.name=title", "AFTER has no column old.users.title"),
    ],
)
def test_a_rename_that_does_not_fit_is_refused(folders: Path, rename: str, message: str):
    result = diff(folders, rename)
    assert result.code == 2
    assert message in result.err


def test_a_rename_is_for_sql(folders: Path):
    result = run("diff", "before", "after", "--rename", "old=app", cwd=folders)
    assert result.code == 2
    assert "--rename is for --sql" in result.err
