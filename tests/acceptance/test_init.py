import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest
from tests.support.program import run

from schemactl.core import config
from schemactl.core.config import Config, Ledger


def fill(project: Path, *files: str) -> Path:
    for file in files:
        path = project / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("CREATE TABLE t (id int);\n")
    return project


def test_an_empty_directory_gets_a_configuration_and_a_folder(tmp_path: Path):
    outcome = run("init", cwd=tmp_path)
    assert outcome.code == 0
    assert outcome.out.splitlines()[-1] == "✓ Made schemactl.toml for the folder migrations"
    assert "schemactl new NAME" in outcome.out
    assert (tmp_path / "migrations").is_dir()


def test_what_it_writes_is_the_default(tmp_path: Path):
    run("init", tmp_path)
    written = config.load(tmp_path / "schemactl.toml", {})
    assert written == Config(root=written.root, source=str(tmp_path / "schemactl.toml"))


def test_every_key_stands_there_with_its_default(tmp_path: Path):
    run("init", tmp_path)
    file = tmp_path / "schemactl.toml"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line.removeprefix("# ") if re.match(r"# \w+ = [^…]", line) else line for line in lines))
    loaded = config.load(file, {})
    assert loaded == Config(root=loaded.root, source=str(file))
    assert sum(bool(re.match(r"(# )?\w+ = ", line)) for line in lines) == len(keys(Config))


def keys(kind: type) -> list[str]:
    found: list[str] = []
    hints = get_type_hints(kind)
    for item in fields(kind):
        if is_dataclass(hints[item.name]):
            found += keys(hints[item.name])
        elif item.metadata.get("key", True):
            found.append(item.name)
    return found


def test_a_directory_that_is_not_there_is_made(tmp_path: Path):
    assert run("init", tmp_path / "a" / "b").code == 0
    assert (tmp_path / "a/b/schemactl.toml").is_file()


def test_the_files_of_the_supabase_cli_are_found_with_its_history(tmp_path: Path):
    fill(tmp_path, "supabase/migrations/20240102030405_a.sql", "supabase/migrations/20240203040506_b.sql")
    document = run("init", tmp_path, "--format", "json").json
    assert document["init"]["migrations"] == "supabase/migrations"
    assert document["init"]["baseline"] == "20240203040506"
    loaded = config.load(tmp_path / "schemactl.toml", {})
    assert (loaded.migrations, loaded.preset, loaded.ledger) == ("supabase/migrations", "supabase", Ledger.SUPABASE)
    assert loaded.verify.baseline == "20240203040506"


def test_a_folder_with_sql_goes_before_an_empty_one_and_others_are_named(tmp_path: Path):
    (tmp_path / "migrations").mkdir()
    fill(tmp_path, "db/migrations/1_a.sql", "sql/migrations/1_b.sql")
    outcome = run("init", cwd=tmp_path)
    assert outcome.out.splitlines()[-1] == "✓ Made schemactl.toml for 1 migration in db/migrations"
    assert "SQL in sql/migrations, too" in outcome.out


def test_the_baseline_is_the_last_file_that_cannot_run_twice(tmp_path: Path):
    fill(tmp_path, "migrations/0001_a.sql", "migrations/0002_b.sql", "migrations/0003_c.sql", "migrations/0004_d.sql")
    (tmp_path / "migrations/0003_c.sql").write_text("CREATE TABLE IF NOT EXISTS c (id int);\n")
    (tmp_path / "migrations/0004_d.sql").write_text("CREATE OR REPLACE VIEW v AS SELECT 1;\n")
    outcome = run("init", cwd=tmp_path, COLUMNS="200")
    assert "2 migrations, the last of them 0002_b.sql, cannot run twice." in " ".join(outcome.out.split())
    assert config.load(tmp_path / "schemactl.toml", {}).verify.baseline == "0002"


def test_files_that_can_all_run_twice_need_no_baseline(tmp_path: Path):
    fill(tmp_path, "migrations/0001_a.sql")
    (tmp_path / "migrations/0001_a.sql").write_text("CREATE TABLE IF NOT EXISTS a (id int);\n")
    assert run("init", tmp_path, "--format", "json").json["init"]["baseline"] is None
    assert config.load(tmp_path / "schemactl.toml", {}).verify.baseline is None


def test_names_that_do_not_fit_are_told_at_once(tmp_path: Path):
    fill(tmp_path, "migrations/V1__users.sql")
    outcome = run("init", tmp_path)
    assert outcome.code == 0
    assert "V1__users.sql → 1_users.sql" in " ".join(outcome.out.split())


@pytest.mark.parametrize(
    ("file", "text"),
    [("schemactl.toml", 'preset = "plain"\n'), ("pyproject.toml", '[tool.schemactl]\npreset = "plain"\n')],
)
def test_a_configuration_that_is_there_is_not_overwritten(tmp_path: Path, file: str, text: str):
    (tmp_path / file).write_text(text)
    outcome = run("init", tmp_path)
    assert outcome.code == 2
    assert outcome.err == (
        f"error: {tmp_path / file}: there is a configuration already\n  hint: Edit it, or start over with --force.\n"
    )
    assert (tmp_path / file).read_text() == text
    assert run("init", tmp_path, "--force").code == 0


def test_a_configuration_further_up_does_not_matter(tmp_path: Path):
    (tmp_path / "schemactl.toml").touch()
    assert run("init", tmp_path / "inner").code == 0


def test_a_file_is_no_directory(tmp_path: Path):
    fill(tmp_path, "x")
    outcome = run("init", tmp_path / "x")
    assert (outcome.code, outcome.err) == (2, f"error: {tmp_path}/x: not a directory\n")


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path):
    fill(tmp_path, "migrations")
    outcome = run("init", tmp_path)
    assert outcome.code == 2
    assert f"{tmp_path}/migrations: cannot be written: File exists" in outcome.err
    assert not (tmp_path / "schemactl.toml").exists()
