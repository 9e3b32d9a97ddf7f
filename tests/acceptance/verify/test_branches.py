"""`--changed-since`: findings for what a branch changes, and the orders in which two branches may reach a database."""

import subprocess
from pathlib import Path

import pytest
from tests.support.program import Outcome, run

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.org")


class Repository:
    """A project in a git repository of its own, on the branch `main`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "migrations").mkdir()
        (folder / "schemactl.toml").write_text("")
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *IDENTITY, *arguments], cwd=self.folder, check=True, capture_output=True)

    def commit(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / "migrations" / f"{name.removeprefix('v')}.sql").write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "more")

    def verify(self, *arguments: str) -> Outcome:
        return run("verify", self.folder, "--changed-since", "main", "--format", "json", *arguments)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.commit(v1_t="create table t (id integer);")
    made.git("switch", "--quiet", "--create", "topic")
    return made


def found(result: Outcome) -> list[tuple[str, str, int]]:
    return [(f["rule"], Path(f["file"]).name, f["statement"]) for f in result.json["findings"]]


def test_only_changed_files_are_told_of(repository: Repository):
    repository.commit(v2_u="create table u (id integer);")
    assert found(repository.verify("--only", "again")) == [("again", "2_u.sql", 1)]


def test_files_that_are_not_committed_count(repository: Repository):
    (repository.folder / "migrations" / "2_u.sql").write_text("create table u (id integer);")
    assert found(repository.verify("--only", "again")) == [("again", "2_u.sql", 1)]


def test_two_branches_that_replace_one_view(repository: Repository):
    repository.commit(v3_mine="create or replace view v as select id from t where id > 1;")
    repository.git("switch", "--quiet", "main")
    repository.commit(v2_theirs="create or replace view v as select id from t where id > 2;")
    repository.git("switch", "--quiet", "topic")
    result = repository.verify("--only", "order")
    assert found(result) == [("order", "3_mine.sql", 1)]
    assert "2_theirs.sql runs before or after this file: changed view public.v" in result.json["findings"][0]["message"]
    assert result.code == 1


def test_a_file_that_needs_one_of_the_other_branch(repository: Repository):
    repository.commit(v2_mine="alter table t rename to tt;")
    repository.git("switch", "--quiet", "main")
    repository.commit(v3_theirs="alter table t add column extra text;")
    repository.git("switch", "--quiet", "topic")
    result = repository.verify("--only", "order")
    assert found(result) == [("order", "2_mine.sql", 1)]
    assert "3_theirs.sql fails where this file ran before it" in result.json["findings"][0]["message"]


def test_a_late_number_that_has_come_in_meanwhile(repository: Repository):
    repository.git("switch", "--quiet", "main")
    repository.commit(v3_theirs="create or replace function f() returns integer language sql as 'select 1';")
    repository.git("switch", "--quiet", "topic")
    repository.git("merge", "--quiet", "main")
    repository.commit(v2_mine="create or replace function f() returns integer language sql as 'select 2';")
    result = repository.verify("--only", "order")
    assert found(result) == [("order", "2_mine.sql", 1)]


def test_files_that_touch_different_things_are_silent(repository: Repository):
    repository.commit(v3_mine="create table if not exists mine (id integer);")
    repository.git("switch", "--quiet", "main")
    repository.commit(v2_theirs="create table if not exists theirs (id integer);")
    repository.git("switch", "--quiet", "topic")
    result = repository.verify()
    assert result.json["findings"] == []
    assert result.json["verify"]["checks"][-1] == "order"


def test_columns_that_two_branches_add_to_one_table_are_worth_a_line(repository: Repository):
    repository.commit(v3_mine="alter table t add column if not exists mine text;")
    repository.git("switch", "--quiet", "main")
    repository.commit(v2_theirs="alter table t add column if not exists theirs text;")
    repository.git("switch", "--quiet", "topic")
    result = repository.verify()
    assert [(f["rule"], f["severity"]) for f in result.json["findings"]] == [("order", "info")]
    assert result.code == 0


def test_an_unknown_revision_and_a_missing_one_are_usage_errors(repository: Repository):
    result = run("verify", repository.folder, "--changed-since", "nowhere", "--format", "json")
    assert result.code == 2
    assert "nowhere" in result.json["error"]["message"]
    result = run("verify", repository.folder, "--only", "order", "--format", "json")
    assert result.code == 2
    assert "--changed-since" in result.json["error"]["hint"]
