"""The remembered answer is given where nothing has changed, and nowhere else."""

import os
import time
from pathlib import Path

import pytest

from schemactl.lint import replay

ARGUMENTS = ["lint", "migrations"]
TEXT = "found\0nothing…\n"
ANSWER = (TEXT.encode(), 1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCHEMACTL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    for name in ("0001_a.sql", "0002_b.sql"):
        (migrations / name).write_text("SELECT 1;\n", encoding="utf-8")
    return migrations


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour has gone by since everything was written."""
    now = time.time_ns() + 3_600_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: now)


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system whose clock stands still: writes of the same length leave the same state."""
    now = time.time_ns()
    real = replay._state

    def state(path: str) -> str:
        found = real(path).split()
        return f"{found[0]} {now} {now} {found[3]}" if len(found) == 4 else found[0]

    monkeypatch.setattr(replay, "_state", state)


def rests_on(folder: Path) -> list[str]:
    return [*map(str, sorted(folder.glob("*.sql"))), "schemactl.toml", ".git"]


def remembered(folder: Path) -> None:
    replay.remember(ARGUMENTS, TEXT, 1, replay.look(["migrations"], rests_on(folder)))
    assert replay.recall(ARGUMENTS) == ANSWER


def write(file: Path, text: str) -> None:
    """Write into the file as it is, and put its times back."""
    before = file.stat()
    with file.open("r+", encoding="utf-8") as open_file:
        open_file.write(text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_an_edit_of_the_same_length_with_its_time_put_back_is_noticed(folder: Path, later: None):
    remembered(folder)
    write(folder / "0001_a.sql", "SELECT 2;\n")
    assert replay.recall(ARGUMENTS) is None


def test_an_edit_at_the_very_time_of_the_last_look_is_noticed(folder: Path, frozen: None):
    remembered(folder)
    write(folder / "0001_a.sql", "SELECT 2;\n")
    assert replay.Seen([("migrations", 0)], rests_on(folder)).states == [
        replay._state(path) for path in rests_on(folder)
    ]
    assert replay.recall(ARGUMENTS) is None


def test_contents_are_read_only_where_a_state_leaves_a_doubt(
    folder: Path, later: None, monkeypatch: pytest.MonkeyPatch
):
    remembered(folder)
    (folder / "0001_a.sql").touch()
    assert replay.recall(ARGUMENTS) == ANSWER  # the same contents, and from now on the new state

    def read(_seen: replay.Seen) -> str:
        raise AssertionError

    monkeypatch.setattr(replay.Seen, "digest", read)
    assert replay.recall(ARGUMENTS) == ANSWER
    (folder / "0001_a.sql").touch()
    with pytest.raises(AssertionError):
        replay.recall(ARGUMENTS)


@pytest.mark.parametrize("change", ["edited", "added", "removed", "renamed", "configured", "repository", "unreadable"])
def test_every_change_is_noticed(folder: Path, tmp_path: Path, later: None, change: str):
    remembered(folder)
    file = folder / "0001_a.sql"
    if change == "edited":
        file.write_text("SELECT 23;\n", encoding="utf-8")
    elif change == "added":
        (folder / "0003_c.sql").touch()
    elif change == "removed":
        file.unlink()
    elif change == "renamed":
        file.rename(folder / "0003_a.sql")
    elif change == "configured":
        (tmp_path / "schemactl.toml").touch()
    elif change == "repository":
        (tmp_path / ".git").mkdir()
    else:
        file.unlink()
        file.mkdir()
    assert replay.recall(ARGUMENTS) is None
    assert replay.recall([*ARGUMENTS, "--fixes"]) is None


def test_what_changes_while_the_run_is_under_way_is_not_remembered(folder: Path, later: None):
    before = replay.look(["migrations"], rests_on(folder))
    write(folder / "0001_a.sql", "SELECT 2;\n")
    replay.remember(ARGUMENTS, TEXT, 1, before)
    assert replay.recall(ARGUMENTS) is None


def test_what_can_be_read_but_once_is_left_to_the_run(folder: Path, later: None):
    remembered(folder)
    (folder / "0001_a.sql").unlink()
    os.mkfifo(folder / "0001_a.sql")
    assert replay.look(["migrations"], rests_on(folder)) is None
    assert replay.recall(ARGUMENTS) is None


def test_a_broken_entry_and_that_of_other_arguments_are_no_answer(folder: Path, tmp_path: Path, later: None):
    remembered(folder)
    (entry,) = (tmp_path / "cache" / "lint").iterdir()
    whole = entry.read_bytes()
    for length in (0, 1, len(whole) // 2):
        entry.write_bytes(whole[:length])
        assert replay.recall(ARGUMENTS) is None
    entry.write_bytes(whole.replace(b"'migrations'", b"'elsewhere'"))
    assert replay.recall(ARGUMENTS) is None
    entry.write_bytes(b"\xff" + whole)
    assert replay.recall(ARGUMENTS) is None
    entry.write_bytes(whole)
    assert replay.recall(ARGUMENTS) == ANSWER


def test_a_cache_that_cannot_be_written_is_no_error(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SCHEMACTL_CACHE_DIR", str(tmp_path / "file"))
    replay.remember(ARGUMENTS, TEXT, 1, replay.look(["migrations"], rests_on(folder)))
    assert replay.recall(ARGUMENTS) is None


def test_the_program_is_known_by_its_place_where_it_is_installed(
    tmp_path: Path, later: None, monkeypatch: pytest.MonkeyPatch
):
    installed = tmp_path / "site-packages" / "schemactl" / "lint" / "replay.py"
    installed.parent.mkdir(parents=True)
    installed.touch()
    monkeypatch.setattr(replay, "__file__", str(installed))
    before = replay._program()
    assert before == replay._program()
    (tmp_path / "site-packages" / "pglast-9").mkdir()
    assert before != replay._program()
    working = tmp_path / "src" / "schemactl" / "lint" / "replay.py"
    working.parent.mkdir(parents=True)
    working.touch()
    monkeypatch.setattr(replay, "__file__", str(working))
    before = replay._program()
    os.utime(working, ns=(0, 0))
    assert before != replay._program()
