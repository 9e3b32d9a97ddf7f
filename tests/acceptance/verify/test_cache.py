"""What passed in a long chain is not looked at twice, and what changes is."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.support.program import run


def project(folder: Path, count: int) -> Path:
    (folder / "migrations").mkdir()
    (folder / "schemactl.toml").write_text("")
    nonce = f"-- {uuid4()}\n"  # no other run has seen this chain
    for number in range(1, count + 1):
        write(folder, number, f"{nonce}create table if not exists t{number} (id integer primary key);")
    return folder


def write(folder: Path, number: int, text: str) -> None:
    (folder / "migrations" / f"{number:03}_t.sql").write_text(text)


def verify(folder: Path, *arguments: str) -> Any:
    return run("verify", folder, "--format", "json", *arguments).json


def test_files_that_passed_are_the_start_of_the_next_run(tmp_path: Path):
    project(tmp_path, 40)
    assert verify(tmp_path)["verify"]["proven_before"] == 0
    write(tmp_path, 41, "create table t41 (id integer);\nalter table t40 add column extra integer not null;")
    again = verify(tmp_path)
    assert again["verify"]["proven_before"] == 40
    found = {(f["rule"], Path(f["file"]).name, f["statement"]) for f in again["findings"]}
    assert found >= {("again", "041_t.sql", 1), ("populated", "041_t.sql", 2)}
    assert {name for _, name, _ in found} == {"041_t.sql"}
    assert verify(tmp_path, "--no-cache")["verify"]["proven_before"] == 0


def test_a_new_file_that_breaks_an_older_one_is_found(tmp_path: Path):
    project(tmp_path, 39)
    write(tmp_path, 40, "comment on column t7.id is 'the number';")
    verify(tmp_path)
    write(tmp_path, 41, "alter table t7 drop column if exists id;")
    again = verify(tmp_path)
    assert again["verify"]["proven_before"] == 40
    assert ("again", "040_t.sql") in [(f["rule"], Path(f["file"]).name) for f in again["findings"]]


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
    assert found == [("window", "041_t.sql")]
