"""What passed in a long chain is not looked at twice, and what changes is."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.support.program import SOURCE, run

from schemactl.servers.account import choose
from schemactl.servers.cluster import KEEP_OF_CALLERS


def project(folder: Path, count: int) -> Path:
    (folder / "migrations").mkdir()
    (folder / "schemactl.toml").write_text("")
    nonce = f"-- {uuid4()}\n"  # no other run has seen this chain
    for number in range(1, count + 1):
        write(folder, number, f"{nonce}create table if not exists t{number} (id integer primary key);")
    return folder


def write(folder: Path, number: int, text: str) -> None:
    (folder / "migrations" / f"{number:03}_t.sql").write_text(text)


def verify(folder: Path, *arguments: str, cache: Path | None = None, source: Path = SOURCE) -> Any:
    place = str(cache or "")
    done = run("verify", folder, "--format", "json", *arguments, SCHEMACTL_CACHE_DIR=place, PYTHONPATH=str(source))
    return done.json


def committed(folder: Path) -> None:
    """What is there now is the branch `main`."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for command in (("init", "--quiet", "--initial-branch=main"), ("add", "--all"), ("commit", "-qm", "all")):
        subprocess.run(["git", *identity, *command], cwd=folder, check=True, capture_output=True)


def test_files_that_passed_are_the_start_of_the_next_run(tmp_path: Path):
    project(tmp_path, 40)
    assert verify(tmp_path)["verify"]["proven_before"] == 0
    write(tmp_path, 41, "create table t41 (id integer);\nalter table t40 add column extra integer not null;")
    again = verify(tmp_path)
    assert again["verify"]["proven_before"] == 39  # the newest file of the first run is worked on still
    found = {(f["rule"], Path(f["file"]).name, f["statement"]) for f in again["findings"]}
    assert found >= {("again", "041_t.sql", 1), ("populated", "041_t.sql", 2)}
    assert {name for _, name, _ in found} == {"041_t.sql"}
    assert verify(tmp_path, "--no-cache")["verify"]["proven_before"] == 0


def test_a_new_file_that_breaks_an_older_one_is_found(tmp_path: Path):
    project(tmp_path, 40)
    write(tmp_path, 7, "create table if not exists t7 (id integer);\ncomment on column t7.id is 'the number';")
    verify(tmp_path)
    write(tmp_path, 41, "alter table t7 drop column if exists id;")
    again = verify(tmp_path)
    assert again["verify"]["proven_before"] == 39
    assert ("again", "007_t.sql") in [(f["rule"], Path(f["file"]).name) for f in again["findings"]]


def test_an_older_file_that_changed_is_looked_at_again(tmp_path: Path):
    project(tmp_path, 40)
    verify(tmp_path)
    write(tmp_path, 35, "create table t35 (id integer primary key);")
    again = verify(tmp_path)
    assert again["verify"]["proven_before"] < 35
    assert [(f["rule"], Path(f["file"]).name) for f in again["findings"]] == [("again", "035_t.sql")]


def test_a_table_left_open_long_ago_and_secured_now(tmp_path: Path):
    project(tmp_path, 40)
    write(tmp_path, 20, "create table if not exists t20 (id integer primary key); grant select on t20 to public;")
    assert verify(tmp_path)["ok"]
    write(tmp_path, 41, "alter table t20 enable row level security;")
    found = [(f["rule"], Path(f["file"]).name) for f in verify(tmp_path)["findings"]]
    assert found == [("window", "020_t.sql")]


def test_it_says_the_same_with_what_was_seen_before_and_without(tmp_path: Path):
    project(tmp_path, 40)
    write(tmp_path, 5, "create table t5 (id integer primary key);\ngrant select on t5 to public;")
    write(tmp_path, 9, "alter table t3 add column if not exists owner text not null;\nlock table t3;")
    write(tmp_path, 10, "alter table t4 add constraint positive check (id > 0);\ndrop table if exists t2;")
    write(tmp_path, 11, "create schema s; create table s.t (id integer); insert into s.t values (1);")
    (tmp_path / "migrations" / "011_t.down.sql").write_text("drop table s.t;")
    first = verify(tmp_path)
    assert {f["rule"] for f in first["findings"]} == {"again", "populated", "shape", "locks", "down"}
    write(
        tmp_path,
        41,
        "alter table t5 enable row level security;\nalter table t4 drop column id;\ncreate index on t3 (id);",
    )
    after = verify(tmp_path)
    anew = verify(tmp_path, "--no-cache")
    assert (after["verify"]["proven_before"], anew["verify"]["proven_before"]) == (39, 0)
    assert "window" in {f["rule"] for f in after["findings"]}
    for part in ("findings", "skipped", "ok"):
        assert after[part] == anew[part]
    for part in ("migrations", "locks", "checks"):
        assert after["verify"][part] == anew["verify"][part]


def test_what_is_kept_is_swept_and_bounded(tmp_path: Path, scratch: Path):
    cache = scratch / "cache"
    for number in range(KEEP_OF_CALLERS + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert verify(project(folder, 33), cache=cache)["ok"]
    kept = [entry for entry in (cache / "kept" / str(choose().uid)).iterdir() if entry.is_dir()]
    assert len(kept) == KEEP_OF_CALLERS
    write(folder, 34, "create table if not exists t34 (id integer primary key);")
    assert verify(folder, cache=cache)["verify"]["proven_before"] == 32
    for entry in kept:
        shutil.rmtree(entry)  # whoever sweeps the cache takes nothing but time
    assert verify(folder, cache=cache)["verify"]["proven_before"] == 32


def test_a_memory_that_cannot_be_read_is_none(tmp_path: Path, scratch: Path):
    cache = scratch / "cache"
    verify(project(tmp_path, 33), cache=cache)
    (remembered,) = (cache / "verify").glob("*.json")
    remembered.write_bytes(b'{"format": 1, "outcomes": []}')
    write(tmp_path, 34, "create table if not exists t34 (id integer primary key);")
    again = verify(tmp_path, cache=cache)
    assert again["ok"]
    assert again["verify"]["proven_before"] == 0


def test_a_branch_begins_on_the_database_that_is_remembered(tmp_path: Path):
    project(tmp_path, 40)
    write(tmp_path, 5, "create table if not exists t5 (id integer primary key);\ngrant select on t5 to public;")
    write(tmp_path, 12, "create table t12 (id integer primary key);\nupdate t5 set id = 1;")
    committed(tmp_path)
    write(tmp_path, 41, "alter table t5 enable row level security;\nalter table t3 add column owner text not null;")
    branch = ("--changed-since", "main")
    anew = verify(tmp_path, *branch, "--no-cache")
    first = verify(tmp_path, *branch)
    second = verify(tmp_path, *branch)
    assert [one["verify"]["proven_before"] for one in (anew, first, second)] == [0, 0, 40]
    assert {(f["rule"], Path(f["file"]).name) for f in anew["findings"]} == {
        ("again", "041_t.sql"),
        ("populated", "041_t.sql"),
    }
    for part in ("findings", "skipped"):
        assert anew[part] == first[part] == second[part]
    assert anew["verify"]["migrations"] == first["verify"]["migrations"] == second["verify"]["migrations"]


def test_a_run_of_everything_serves_the_branches_that_follow(tmp_path: Path):
    project(tmp_path, 40)
    committed(tmp_path)
    verify(tmp_path)
    write(tmp_path, 41, "create table t41 (id integer);")
    found = verify(tmp_path, "--changed-since", "main")
    assert found["verify"]["proven_before"] == 39
    assert [(f["rule"], Path(f["file"]).name) for f in found["findings"]] == [("again", "041_t.sql")]


def test_a_branch_that_changed_nothing_has_no_findings(tmp_path: Path):
    project(tmp_path, 40)
    write(tmp_path, 40, "create table t40 (id integer);")
    committed(tmp_path)
    found = verify(tmp_path, "--changed-since", "main")
    assert found["ok"]
    assert {state for one in found["verify"]["migrations"] for state in one["checks"].values()} <= {
        "passed",
        "not applicable",
    }


def test_an_older_file_that_wraps_itself_is_told_of_on_a_branch_too(tmp_path: Path):
    project(tmp_path, 40)
    write(tmp_path, 3, "begin;\ncreate table if not exists t3 (id integer primary key);\ncommit;")
    committed(tmp_path)
    write(tmp_path, 41, "create table if not exists t41 (id integer primary key);")
    for _ in range(2):
        found = verify(tmp_path, "--changed-since", "main")["findings"]
        assert [(f["rule"], Path(f["file"]).name) for f in found] == [("applies", "003_t.sql")] * 2


def test_a_program_that_was_installed_anew_remembers(tmp_path: Path, scratch: Path):
    """Each run of a CI has its files, and those of schemactl, with the times of that run."""
    folder = tmp_path / "project"
    folder.mkdir()
    project(folder, 34)
    proven = []
    for time in (1_000_000_000, 1_100_000_000):
        shutil.rmtree(tmp_path / "schemactl", ignore_errors=True)
        shutil.copytree(SOURCE / "schemactl", tmp_path / "schemactl", ignore=shutil.ignore_patterns("__pycache__"))
        for file in (*(tmp_path / "schemactl").rglob("*"), *folder.rglob("*")):
            os.utime(file, (time, time))
        proven.append(verify(folder, cache=scratch / "cache", source=tmp_path)["verify"]["proven_before"])
    assert proven == [0, 33]
