"""The scripts of findings, run by psql on an empty database: each shows what its finding says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.program import run
from tests.support.servers import Throwaway

from schemactl.servers import Server

ROOT = Path(__file__).parents[3]
PSQL = shutil.which("psql")
pytestmark = pytest.mark.skipif(PSQL is None, reason="there is no psql on PATH")


@pytest.fixture
def empty(throwaway: Throwaway) -> Server:
    """A server with nothing prepared."""
    return throwaway("embedded", "plain")


def findings(folder: Path, **files: str) -> list[dict[str, Any]]:
    """Verify a project of these migrations; its findings, each with a script."""
    (folder / "migrations").mkdir()
    (folder / "schemactl.toml").write_text("")
    for name, text in files.items():
        (folder / "migrations" / f"{name.removeprefix('v')}.sql").write_text(text)
    found: list[dict[str, Any]] = run("verify", ".", "--format", "json", cwd=folder).json["findings"]
    assert all(one["repro"] for one in found)
    return found


def shown(server: Server, script: str, folder: Path) -> str:
    """What psql shows when the script runs on an empty database."""
    with server.database() as database:
        return psql(database.superuser_dsn, script, folder)


def psql(dsn: str, script: str, folder: Path) -> str:
    assert PSQL
    done = subprocess.run([PSQL, "-X", "-d", dsn], input=script, cwd=folder, text=True, capture_output=True, check=True)
    return done.stdout + done.stderr


def of(found: list[dict[str, Any]], check: str, words: str = "") -> str:
    """The script of the one finding of a check."""
    (one,) = [finding for finding in found if finding["rule"] == check and words in finding["message"]]
    return str(one["repro"])


def test_what_fails_when_a_file_runs_again(empty: Server, tmp_path: Path):
    found = findings(tmp_path, v1_a="create table if not exists t (id int);", v2_b="create policy p on t using (true);")
    assert "ERROR:  42710" in shown(empty, of(found, "again"), tmp_path)


def test_what_another_run_changes(empty: Server, tmp_path: Path):
    found = findings(tmp_path, v1_a="create table if not exists t (id int);\ncreate index on t (id);")
    assert re.search(r"\+ index .*t_id_idx1", shown(empty, of(found, "again"), tmp_path))


def test_rows_that_another_run_doubles(empty: Server, tmp_path: Path):
    found = findings(tmp_path, v1_a="create table if not exists t (id int);\ninsert into t values (7);")
    output = shown(empty, of(found, "again"), tmp_path)
    assert re.findall(r"\((\d) rows?\)", output) == ["1", "2"]


def test_what_fails_when_the_whole_chain_runs_again(empty: Server, tmp_path: Path):
    found = findings(
        tmp_path,
        v1_a="create table if not exists t (id int);\ncomment on column t.id is 'x';",
        v2_b="alter table t drop column if exists id;",
    )
    assert "ERROR:  42703" in shown(empty, of(found, "again"), tmp_path)


def test_what_fails_after_a_crash(empty: Server, tmp_path: Path):
    found = findings(
        tmp_path,
        v1_a="create table if not exists t (id int);",
        v2_b="create table scratch (id int);\nselect 1;\ndrop table scratch;",
    )
    assert "ERROR:  42P07" in shown(empty, of(found, "crash"), tmp_path)


def test_where_a_crash_ends(empty: Server, tmp_path: Path):
    found = findings(
        tmp_path,
        v1_a="""
        create table if not exists t (id int);
        do $$ begin
          if exists (select from pg_class where relname = 'marker') then
            alter table t alter column id set default 1;
          end if;
        end $$;
        create table if not exists marker (id int);
        drop table marker;
        """,
    )
    output = shown(empty, of(found, "crash"), tmp_path)
    assert "+ column public.t.id: integer default 1" in output
    assert "- column public.t.id: integer" in output


def test_what_fails_on_rows(empty: Server, tmp_path: Path):
    found = findings(
        tmp_path,
        v1_a="create table if not exists t (id int primary key, at timestamptz[], note text default 'it''s');",
        v2_b="alter table t add column if not exists owner text not null;",
    )
    assert "ERROR:  23502" in shown(empty, of(found, "populated"), tmp_path)


def test_rows_that_are_lost(empty: Server, tmp_path: Path):
    found = findings(
        tmp_path,
        v1_a="create table if not exists t (id int primary key, price numeric(10, 2));",
        v2_b="alter table t alter column price type integer;",
    )
    before, after = shown(empty, of(found, "populated"), tmp_path).split("ALTER TABLE")
    assert re.search(r"\d\.\d\d", before)
    assert not re.search(r"\d\.\d\d", after)


def test_what_fails_in_other_transactions(empty: Server, tmp_path: Path):
    found = findings(
        tmp_path,
        v1_a="do $$ begin create type mood as enum ('sad'); exception when duplicate_object then null; end $$;",
        v2_b="alter type mood add value if not exists 'happy';",
        v3_c="create table if not exists moods (m mood default 'happy');",
        v4_d="lock table moods;",
    )
    assert "ERROR:  55P04" in shown(empty, of(found, "shape", "55P04"), tmp_path)
    assert "ERROR:  25P01" in shown(empty, of(found, "shape", "25P01"), tmp_path)


def test_an_open_window(empty: Server, tmp_path: Path):
    found = findings(
        tmp_path,
        v1_a="create table if not exists t (id int);\ngrant select on t to public;",
        v2_b="alter table t enable row level security;",
    )
    assert re.search(r"t\s+\| f\s+\| .*=r/", shown(empty, of(found, "window"), tmp_path))


def test_a_way_back_that_leaves_something(empty: Server, tmp_path: Path):
    found = findings(
        tmp_path, **{"v1_a": "create schema if not exists s; create table s.t (id int);", "1_a.down": "drop table s.t;"}
    )
    assert "+ schema s" in shown(empty, of(found, "down"), tmp_path)


def test_a_lock_that_is_held(empty: Server, tmp_path: Path):
    found = findings(
        tmp_path,
        v1_a="create table if not exists t (id int primary key);",
        v2_b="alter table t alter column id type bigint;",
    )
    assert "AccessExclusiveLock" in shown(empty, of(found, "locks"), tmp_path)


def test_the_preset_is_said_and_can_be_had(embedded_server: Server, tmp_path: Path):
    (tmp_path / "schemactl.toml").write_text('preset = "supabase"\n')
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "1_a.sql").write_text(
        "create table if not exists public.t (id uuid default auth.uid());"
        "create policy p on public.t for select to authenticated using (auth.uid() = id);"
    )
    found = run("verify", ".", "--format", "json", cwd=tmp_path).json["findings"]
    script = of(found, "again")
    command = re.search(r"python -m (schemactl\.servers\.presets) (\w+) (\w+) \| psql", script)
    assert command
    with embedded_server.database() as database:
        bare = f"{database.name}_bare"
        psql(database.superuser_dsn, f"create database {bare} template template0", tmp_path)
        dsn = database.superuser_dsn.replace(database.name, bare)
        psql(dsn, run_module(*command.groups()), tmp_path)
        output = psql(dsn, script, tmp_path)
        psql(database.superuser_dsn, f"drop database {bare}", tmp_path)
    assert "ERROR:  42710" in output
    assert "does not exist" not in output


def run_module(module: str, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=environment, text=True, capture_output=True, check=True
    )
    return done.stdout


def test_the_console_names_the_scripts_that_it_wrote(empty: Server, tmp_path: Path):
    findings(tmp_path, v1_a="create table t (id int);")
    quiet = run("verify", ".", cwd=tmp_path)
    assert "create schema" not in quiet.out
    assert "psql: `--repro DIR`" in quiet.out
    loud = run("verify", ".", "--repro", "scripts", cwd=tmp_path)
    named = re.search(r"psql: psql -X -d EMPTY -f (scripts/\S+\.sql)", loud.out)
    assert named
    assert "ERROR:  42P07" in shown(empty, (tmp_path / named[1]).read_text(), tmp_path)


def test_an_index_that_an_interrupted_build_leaves(empty: Server, tmp_path: Path):
    (tmp_path / "schemactl.toml").write_text('[lint]\nrunner = "psql"\n')
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "1_a.sql").write_text("create table if not exists t (id int);")
    (tmp_path / "migrations" / "2_b.sql").write_text("create index concurrently if not exists t_id on t (id);")
    found = run("verify", ".", "--format", "json", cwd=tmp_path).json["findings"]
    assert [(f["rule"], f["severity"]) for f in found] == [("crash", "warning")]
    assert re.search(r"t_id\s+\| f", shown(empty, of(found, "crash"), tmp_path))
