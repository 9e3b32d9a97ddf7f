"""`schemactl fix` as a user runs it."""

import shutil
import subprocess
from pathlib import Path

from tests.support.program import run

PLANS = Path(__file__).parents[1] / "cases" / "plans"


def test_the_plans_become_rerunnable_and_keep_their_catalog(tmp_path: Path):
    shutil.copytree(PLANS, tmp_path / "plans")
    done = run("fix", "migrations", "--format", "json", cwd=tmp_path / "plans")
    assert done.code == 0, done.err
    assert done.json["fix"] == {
        "files": ["migrations/0005_song_variants.sql", "migrations/0046_meal_plan_generation_status.sql"],
        "repaired": 15,
        "note": "same catalog, proved",
    }
    again = run("lint", "migrations", "--select", "rerun", "--format", "json", cwd=tmp_path / "plans")
    assert again.json["findings"] == []


def test_the_patch_is_what_git_applies(tmp_path: Path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    # Neither a line end at the end nor LF alone.
    (folder / "0001_a.sql").write_bytes(b"CREATE TABLE a (id int);\r\nCREATE INDEX a_id ON a (id);")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    made = run("fix", "migrations", "--diff", "--no-prove", "--output", "patch", cwd=tmp_path)
    assert (made.code, made.out, made.err) == (0, "", "repairs 2 findings; not proved on a server\n")
    subprocess.run(["git", "apply", "patch"], cwd=tmp_path, check=True)
    text = (folder / "0001_a.sql").read_bytes()
    assert text == b"CREATE TABLE IF NOT EXISTS a (id int);\r\nCREATE INDEX IF NOT EXISTS a_id ON a (id);"


def test_what_cannot_be_proved_is_said(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("CREATE INDEX i ON elsewhere (id);\n", encoding="utf-8")
    done = run("fix", tmp_path, "--format", "json")
    assert "not proved" in done.json["fix"]["note"]
    assert "elsewhere" in done.json["fix"]["note"]


def test_a_file_that_runs_outside_transactions_is_no_obstacle_to_the_proof(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (id int);\n", encoding="utf-8")
    alone = "SELECT 1;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (id);\n"
    (tmp_path / "0002_i.sql").write_text(f"-- schemactl:transaction=none\n{alone}", encoding="utf-8")
    done = run("fix", tmp_path, "--format", "json")
    assert (done.json["fix"]["repaired"], done.json["fix"]["note"]) == (1, "same catalog, proved")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_bytes(b"\xff\xfa")
    done = run("fix", tmp_path)
    assert "nothing to repair; cannot be read:" in done.out
    assert "0001_a.sql" in done.out


def test_nothing_to_repair(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE IF NOT EXISTS a (id int);\n", encoding="utf-8")
    done = run("fix", tmp_path)
    assert done.code == 0
    assert "nothing to repair" in done.out
    patch = run("fix", tmp_path, "--diff")
    assert (patch.code, patch.out, patch.err) == (0, "", "nothing to repair\n")
    assert run("fix", tmp_path / "missing").code == 2
