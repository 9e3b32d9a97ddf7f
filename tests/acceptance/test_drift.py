"""`schemactl drift`: what a database has beside its migrations."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.support.applying import apply, write
from tests.support.program import Outcome, run

from schemactl.servers import Database, Server

pytestmark = pytest.mark.every_major


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path / "migrations",
        _1_notes="create table notes (id int primary key, body text); grant select on notes to public;",
        _2_view="create view bodies with (security_barrier) as select body from notes;",
        R__one="create or replace function one() returns int language sql as 'select 1';",
    )


@pytest.fixture
def target(plain_database: Database, folder: Path) -> Database:
    apply(folder, plain_database.dsn)
    return plain_database


@pytest.fixture
def reader(target: Database, plain_server: Server) -> Iterator[str]:
    """The DSN of a role that may only read."""
    name = f"reader_{target.name}"
    with psycopg.connect(target.superuser_dsn, autocommit=True) as connection:
        connection.execute(f'create role "{name}" login')
        connection.execute(f'grant usage on schema schemactl to "{name}"')
        connection.execute(f'grant select on all tables in schema schemactl to "{name}"')
    yield plain_server.dsn(target.name, name)
    with psycopg.connect(target.superuser_dsn, autocommit=True) as connection:
        connection.execute(f'drop owned by "{name}"; drop role "{name}"')


def drift(folder: Path, dsn: str, *arguments: str) -> Outcome:
    return run("drift", folder, "--database", dsn, "--format", "json", *arguments)


def change(target: Database, sql: str) -> None:
    with psycopg.connect(target.dsn, autocommit=True) as connection:
        connection.execute(sql.encode())


def objects(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [(c["action"], c["kind"], ".".join(c["path"])) for c in outcome.json["drift"]["changes"]]


def test_no_drift_right_after_applying(folder: Path, target: Database):
    outcome = drift(folder, target.dsn)
    assert outcome.code == 0
    assert outcome.json["drift"]["applied"] == 3
    assert objects(outcome) == []


def test_a_throwaway_server_of_another_version_is_told(
    folder: Path, target: Database, plain_server: Server, embedded_server: Server
):
    outcome = drift(folder, target.dsn)
    told = f"the throwaway server is PostgreSQL {embedded_server.major}, the database {plain_server.major}"
    assert (told in outcome.err) is (embedded_server.major != plain_server.major)
    assert outcome.err.count("the throwaway server is") <= 1


def test_pending_files_are_no_drift(folder: Path, target: Database):
    write(folder, _3_more="create table more (id int);")
    assert drift(folder, target.dsn).code == 0


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create index by_hand on notes (body)", ("added", "index", "public.notes.by_hand")),
        ("grant insert on notes to public", ("changed", "table", "public.notes")),
        ("alter view bodies reset (security_barrier)", ("changed", "view", "public.bodies")),
        ("drop function one()", ("removed", "function", "public.one.")),
        ("comment on column notes.body is 'x'", ("changed", "column", "public.notes.body")),
    ],
)
def test_what_was_done_by_hand_is_shown(folder: Path, target: Database, sql: str, expected: tuple[str, str, str]):
    change(target, sql)
    outcome = drift(folder, target.dsn)
    assert outcome.code == 1
    assert objects(outcome) == [expected]


def test_objects_can_be_ignored(folder: Path, target: Database):
    change(target, "create table tmp_a (id int); create index by_hand on notes (body)")
    (folder.parent / "schemactl.toml").write_text('[drift]\nignore = ["*public.tmp_*"]\n')
    outcome = drift(folder.parent, target.dsn, "--ignore", "index by_hand on public.notes")
    assert objects(outcome) == []
    assert outcome.code == 0
    assert outcome.json["drift"]["ignored"] >= 2
    assert drift(folder.parent, target.dsn).code == 1


def test_the_right_to_read_is_enough(folder: Path, target: Database, reader: str):
    assert drift(folder, reader).code == 0
    change(target, "create table by_hand ()")
    assert objects(drift(folder, reader)) == [("added", "table", "public.by_hand")]


def test_a_baseline_counts_as_applied(folder: Path, plain_database: Database):
    for file in sorted(folder.glob("[12]_*.sql")):
        change(plain_database, file.read_text())
    assert run("baseline", "2", "--database", plain_database.dsn, cwd=folder.parent).code == 0
    outcome = drift(folder, plain_database.dsn)
    assert (outcome.code, outcome.json["drift"]["applied"]) == (0, 2)


def test_files_that_disagree_with_the_history_are_exit_code_5(folder: Path, target: Database):
    (folder / "1_notes.sql").write_text("create table other ();")
    outcome = drift(folder, target.dsn)
    assert outcome.code == 5


def test_nothing_applied_is_exit_code_2_with_what_to_do(folder: Path, plain_database: Database):
    outcome = drift(folder, plain_database.dsn)
    assert outcome.code == 2
    assert "schemactl diff" in outcome.json["error"]["hint"]


def test_the_console_names_object_and_verdict(folder: Path, target: Database):
    change(target, "create index by_hand on notes (body)")
    outcome = run("drift", folder, "--database", target.dsn)
    assert "by_hand" in outcome.out
    assert "drifted from its 3 applied migrations: 1 change" in outcome.out
