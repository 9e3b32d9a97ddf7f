"""`schemactl lint` as a user runs it."""

import os
import subprocess
from pathlib import Path
from threading import Thread

from tests.support.program import run


def test_a_folder(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (id bigint PRIMARY KEY);\n", encoding="utf-8")
    (tmp_path / "0002_b.sql").write_text("ALTER TABLE a ADD COLUMN b text NOT NULL;\n", encoding="utf-8")
    done = run("lint", tmp_path, "--format", "json", "--select", "locks")
    assert done.code == 1
    (finding,) = done.json["findings"]
    assert finding["rule"] == "adding-required-field"
    assert finding["statement"] == 1
    assert done.json["lint"]["coverage"]["statements"] == 2


def test_standard_input_and_one_file_with_its_earlier_siblings(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (v varchar(10));\n", encoding="utf-8")
    (tmp_path / "0002_b.sql").write_text("ALTER TABLE a ALTER COLUMN v TYPE varchar(20);\n", encoding="utf-8")
    done = run("lint", tmp_path / "0002_b.sql", "--select", "changing-column-type", "--format", "json")
    assert (done.code, done.json["findings"]) == (0, [])


def test_bad_input_is_said_clearly(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_bytes(b"SELECT '\xff';\n")
    (tmp_path / "0002_b.sql").write_text("SELEC 1;\n", encoding="utf-8")
    (tmp_path / "0003_c.sql").write_text("DROP TABLE a;\n", encoding="utf-8")
    done = run("lint", tmp_path, "--format", "json")
    assert done.code == 1
    assert [(f["rule"], f["line"], f["column"]) for f in done.json["findings"]][:2] == [
        ("syntax-error", 1, 9),
        ("syntax-error", 1, 1),
    ]
    assert "ban-drop-table" in {finding["rule"] for finding in done.json["findings"]}
    assert run("lint", tmp_path / "missing").code == 2
    unknown = run("lint", tmp_path, "--select", "ban-drop-tabel")
    assert unknown.code == 2
    assert "ban-drop-table" in unknown.err


def test_the_remembered_answer_is_the_same_and_goes_with_the_file(tmp_path: Path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_a.sql").write_text("DROP TABLE a;\n", encoding="utf-8")
    cache = str(tmp_path / "cache")
    first = run("lint", folder, SCHEMACTL_CACHE_DIR=cache)
    assert list((tmp_path / "cache" / "lint").iterdir())
    assert (
        run("lint", folder, SCHEMACTL_CACHE_DIR=cache)
        == first
        == run("lint", folder, "--no-cache", SCHEMACTL_CACHE_DIR=cache)
    )
    (folder / "0001_a.sql").write_text("DROP TABLE b;\n", encoding="utf-8")
    assert "DROP TABLE b" in run("lint", folder, SCHEMACTL_CACHE_DIR=cache).out
    (folder / "0002_b.sql").write_text("DROP TABLE c;\n", encoding="utf-8")
    assert "DROP TABLE c" in run("lint", folder, SCHEMACTL_CACHE_DIR=cache).out
    (tmp_path / "schemactl.toml").write_text('[lint.rules]\nban-drop-table = "error"\n', encoding="utf-8")
    assert run("lint", folder, SCHEMACTL_CACHE_DIR=cache).code == 1


def test_a_pipe_is_read_once(tmp_path: Path):
    pipe = tmp_path / "0001_a.sql"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=("DROP TABLE a;\n",), kwargs={"encoding": "utf-8"})
    writer.start()
    done = run("lint", pipe, SCHEMACTL_CACHE_DIR=str(tmp_path / "cache"))
    writer.join()
    assert "DROP TABLE a" in done.out


def test_the_remembered_answer_is_written_as_the_terminal_can(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("DROP TABLE a;\n", encoding="utf-8")
    for encoding in ("ascii", "utf-8"):
        environment = {"SCHEMACTL_CACHE_DIR": str(tmp_path / "cache"), "PYTHONIOENCODING": encoding}
        first = run("lint", tmp_path, "--no-cache", cwd=None, **environment)
        for _ in range(2):
            assert run("lint", tmp_path, cwd=None, **environment) == first


def test_the_remembered_answer_costs_no_imports(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("DROP TABLE a;\n", encoding="utf-8")
    cache = str(tmp_path / "cache")
    run("lint", tmp_path, SCHEMACTL_CACHE_DIR=cache)
    lines = run("lint", tmp_path, SCHEMACTL_CACHE_DIR=cache, PYTHONPROFILEIMPORTTIME="1").err.splitlines()
    modules = [line.rpartition("|")[2].strip() for line in lines]
    imported = modules[modules.index("schemactl") :]
    assert "schemactl.lint.replay" in imported
    assert not {"typing", "re", "enum", "json", "pathlib", "signal", "collections.abc"} & set(imported)


def test_a_project_file_that_comes_to_configure_is_noticed(tmp_path: Path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_a.sql").write_text("DROP TABLE a;\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    cache = str(tmp_path / "cache")
    assert run("lint", folder, SCHEMACTL_CACHE_DIR=cache).code == 0
    table = '[tool.schemactl.lint.rules]\nban-drop-table = "error"\n'
    (tmp_path / "pyproject.toml").write_text(table, encoding="utf-8")
    assert run("lint", folder, SCHEMACTL_CACHE_DIR=cache).code == 1


def test_a_file_beside_the_migration_says_how_it_runs(tmp_path: Path):
    folder = tmp_path / "migrations" / "2026-01-01_index"
    folder.mkdir(parents=True)
    (folder / "up.sql").write_text("CREATE INDEX CONCURRENTLY i ON t (a);\n", encoding="utf-8")
    arguments = ("lint", tmp_path / "migrations", "--runner", "diesel", "--select", "transactions")
    cache = str(tmp_path / "cache")
    assert run(*arguments, SCHEMACTL_CACHE_DIR=cache).code == 1
    (folder / "metadata.toml").write_text("run_in_transaction = false\n", encoding="utf-8")
    assert run(*arguments, SCHEMACTL_CACHE_DIR=cache).code == 0


def test_the_quick_start_and_the_whole_program_agree(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("DROP TABLE a;\nDROP TABLE b;\n", encoding="utf-8")
    for arguments in (
        ("--select", "destructive"),
        ("--select=destructive,locks", "--ignore", "ban-drop-table"),
        ("--severity", "warning", "--fail-on", "warning", "--format", "json"),
        ("--runner", "psql", "-f", "github"),
        ("--fixes", "--format", "json", "--select", "rerun"),
        ("--runner", "psqll"),
        ("--severity", "loud"),
        ("--format",),
    ):
        quick = run("lint", tmp_path, *arguments, "--no-cache")
        # `--output` is not known to the quick start.
        whole = run("lint", tmp_path, *arguments, "--no-cache", "--output", tmp_path / "out")
        text = (tmp_path / "out").read_text(encoding="utf-8") if (tmp_path / "out").exists() else whole.out
        assert quick.code == whole.code
        if quick.code < 2:
            assert quick.out == text


def test_a_baseline_survives_moved_lines(tmp_path: Path):
    file = tmp_path / "0001_a.sql"
    file.write_text("DROP TABLE a;\n", encoding="utf-8")
    known = tmp_path / "known.json"
    assert run("lint", file, "--write-baseline", known).code == 0
    file.write_text("-- moved\n\n\nDROP   TABLE a;\nDROP TABLE b;\n", encoding="utf-8")
    done = run("lint", file, "--baseline", known, "--select", "ban-drop-table", "--format", "json")
    assert [finding["object"] for finding in done.json["findings"]] == ["table b"]
    known.write_text("[]", encoding="utf-8")
    broken = run("lint", file, "--baseline", known)
    assert broken.code == 2
    assert "not a baseline" in broken.err
    assert run("lint", file, "--baseline", tmp_path / "none.json").code == 2


def test_only_what_changed_since_a_revision_is_reported(tmp_path: Path):
    def git(*arguments: str) -> None:
        name = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
        subprocess.run(["git", *name, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (v varchar(9));\nDROP TABLE z;\n", encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "first")
    (tmp_path / "0002_b.sql").write_text("ALTER TABLE a ALTER COLUMN v TYPE varchar(3);\n", encoding="utf-8")
    done = run("lint", tmp_path, "--changed-since", "main", "--select", "destructive", "--format", "json")
    assert [finding["rule"] for finding in done.json["findings"]] == ["narrowing-column-type"]
    unknown = run("lint", tmp_path, "--changed-since", "nowhere")
    assert unknown.code == 2
    assert "nowhere" in unknown.err


def test_a_secret_in_the_configuration_is_found_and_not_repeated(tmp_path: Path):
    secret = "sbp" + "_" + "0c" * 20
    (tmp_path / "schemactl.toml").write_text(f'# token {secret}\nmigrations = "m"\n', encoding="utf-8")
    (tmp_path / "m").mkdir()
    empty = run("lint", cwd=tmp_path)
    assert empty.code == 2
    assert "no .sql file" in empty.err
    (tmp_path / "m" / "0001_a.sql").write_text("SELECT 1;\n", encoding="utf-8")
    done = run("lint", cwd=tmp_path)
    assert done.code == 1
    assert "schemactl.toml" in done.out
    assert secret not in done.out


def test_a_secret_is_never_repeated(tmp_path: Path):
    secret = "sbp" + "_" + "0b" * 20
    (tmp_path / "0001_a.sql").write_text(f"SELECT '{secret}';\n", encoding="utf-8")
    for output in ("console", "json", "sarif", "junit", "github", "gitlab"):
        done = run("lint", tmp_path, "--format", output)
        assert done.code == 1
        assert "secret-access-token" in done.out
        assert secret not in done.out
