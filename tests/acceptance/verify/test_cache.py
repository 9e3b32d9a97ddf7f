"""What passed in a long chain is not looked at twice, and what changes is."""

import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.support.program import run

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


def verify(folder: Path, *arguments: str, cache: Path | None = None) -> Any:
    place = str(cache or "")
    return run("verify", folder, "--format", "json", *arguments, SCHEMACTL_CACHE_DIR=place).json


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
