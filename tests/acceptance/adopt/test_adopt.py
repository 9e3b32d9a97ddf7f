"""schemactl adopt as a user runs it: what is refused, what is written, and what stays as it is."""

from pathlib import Path

import psycopg
import pytest
from tests.support.adopted import adopt, names
from tests.support.applying import rows
from tests.support.program import run

from schemactl.servers import Database

USERS = "-- migrate:up\ncreate table users (id int primary key);\n-- migrate:down\ndrop table users;\n"
MORE = "-- migrate:up\nalter table users add more int;\n-- migrate:down\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "db" / "migrations"
    folder.mkdir(parents=True)
    (folder / "1_users.sql").write_text(USERS)
    (folder / "2_more.sql").write_text(MORE)
    return tmp_path


def test_nothing_is_changed_without_write(project: Path):
    before = names(project)
    found = adopt(project).json["adopt"]
    assert (found["tool"], found["written"]) == ("dbmate", False)
    assert found["files"] == ["1_users.sql", "1_users.down.sql", "2_more.sql"]
    assert names(project) == before


def test_what_is_unmapped_keeps_everything_as_it_is_until_it_is_allowed(project: Path):
    (project / "db/migrations/3_c.sql").write_text("select 1;\n-- migrate:up\nselect 2;\n-- migrate:down\n")
    refused = adopt(project, "--write", code=1).json
    assert [(one["rule"], one["severity"], one["line"]) for one in refused["findings"]] == [
        ("adopt-unmapped", "error", 1)
    ]
    assert not (project / "migrations").exists()
    allowed = adopt(project, "--write", "--allow-unmapped").json
    assert [one["severity"] for one in allowed["findings"]] == ["warning"]
    assert "3_c.sql" in names(project / "migrations")


def test_in_place_rewrites_and_a_second_run_finds_nothing_to_do(project: Path):
    folder = project / "db/migrations"
    adopt(project, "--into", folder, "--write")
    assert names(folder) == ["1_users.down.sql", "1_users.sql", "2_more.sql", "adopted.json"]
    assert (folder / "1_users.sql").read_text() == "create table users (id int primary key);\n"
    texts = {path: path.read_bytes() for path in folder.iterdir()}
    assert adopt(project, "--into", folder, "--write").json["adopt"]["files"] == []
    assert {path: path.read_bytes() for path in folder.iterdir()} == texts


def test_in_place_no_file_may_stay_that_is_no_migration(project: Path):
    stray = project / "db/migrations/notes.sql"
    stray.write_text("select 1;\n")
    options = ("--into", "db/migrations", "--write", "--allow-unmapped")
    refused = adopt(project, *options, code=1).json
    assert [one["rule"] for one in refused["findings"]] == ["adopt-in-the-way"]
    assert (project / "db/migrations/1_users.sql").read_text() == USERS
    stray.unlink()
    adopt(project, *options)


def test_another_folder_of_migrations_is_not_mixed_with(project: Path):
    (project / "migrations").mkdir()
    (project / "migrations/0001_mine.sql").write_text("select 1;\n")
    refused = run("adopt", "dbmate", "--write", cwd=project)
    assert refused.code == 2
    assert "holds other migrations already: 0001_mine.sql" in refused.err
    (project / "migrations/0001_mine.sql").rename(project / "migrations/1_users.sql")
    refused = run("adopt", "dbmate", "--write", cwd=project)
    assert refused.code == 2
    assert "with another content" in refused.err


def test_a_new_migration_follows_and_is_all_that_is_applied(project: Path, embedded_database: Database):
    """The database lacks what the files would make, and is not asked: none of them is run."""
    dsn = embedded_database.dsn
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table schema_migrations as select unnest(array['1', '2']) as version")
    adopt(project, "--database", dsn, "--write")
    assert run("new", "third thing", cwd=project).code == 0
    (third,) = (project / "migrations").glob("3_*.sql")
    third.write_text("create table third (id int primary key);\n")
    applied = run("apply", "--database", dsn, "--format", "json", cwd=project).json["apply"]
    assert [one["migration"] for one in applied["applied"]] == ["3_third_thing"]
    assert rows(dsn, "select to_regclass('users')") == [(None,)]
    by = rows(dsn, "select distinct split_part(applied_by, ',', 1) from schemactl.history where id in ('1', '2')")
    assert by == [("dbmate",)]


def test_a_migration_that_broke_off_here_must_be_settled_first(project: Path, embedded_database: Database):
    dsn = embedded_database.dsn
    own = project / "own"
    own.mkdir()
    (own / "1_users.sql").write_text("create index concurrently i on missing (id);\n")
    assert run("apply", own, "--database", dsn, cwd=project).code == 6
    refused = run("adopt", "--database", dsn, "--write", cwd=project)
    assert refused.code == 5
    assert "broke off" in refused.err
    assert not (project / "migrations").exists()


def test_which_tool_is_asked_where_it_is_not_plain(project: Path, tmp_path_factory: pytest.TempPathFactory):
    (project / "alembic.ini").write_text("[alembic]\n")
    refused = run("adopt", cwd=project)
    assert refused.code == 2
    assert "alembic (alembic.ini), dbmate (`-- migrate:up`)" in refused.err
    assert adopt(project, "dbmate").json["adopt"]["tool"] == "dbmate"
    nothing = run("adopt", cwd=tmp_path_factory.mktemp("empty"))
    assert nothing.code == 2
    assert "hint:" in nothing.err


def test_a_record_that_is_broken_is_told(project: Path):
    adopt(project, "--write")
    (project / "migrations/adopted.json").write_text('{"tool": 1}')
    refused = run("adopt", cwd=project)
    assert refused.code == 2
    assert "adopted.json: is not what `schemactl adopt` writes" in refused.err
