from pathlib import Path

import pytest

from schemactl.core.config import Grants, Switch, find, load
from schemactl.core.errors import ConfigError


def write(folder: Path, text: str, name: str = "schemactl.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_where_no_file_is_found(tmp_path: Path):
    (tmp_path / ".git").mkdir()
    config = load(tmp_path, {})
    assert (config.migrations_path.resolve(), config.postgres, config.source) == (
        tmp_path / "migrations",
        "embedded",
        None,
    )


def test_values_are_read_and_paths_are_relative_to_the_file(tmp_path: Path):
    write(tmp_path, 'migrations = "db"\ngrants = "explicit"\n[verify.checks]\nagain = "off"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    config = load(below, {})
    assert config.migrations_path.resolve() == tmp_path / "db"
    assert config.grants is Grants.EXPLICIT
    assert config.verify.checks == {"again": Switch.OFF}


def test_a_path_is_as_one_would_write_it_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a/b/c").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a")
    write(tmp_path / "a", f'migrations = "{tmp_path}"\n')
    assert load(Path(), {}).migrations_path == Path("..")
    monkeypatch.chdir(tmp_path / "a/b/c")
    assert load(Path(), {}).migrations_path == tmp_path


def test_pyproject_counts_only_with_our_table(tmp_path: Path):
    write(tmp_path, "[tool.other]\n", "pyproject.toml")
    (tmp_path / ".git").mkdir()
    assert find(tmp_path) is None
    path = write(tmp_path, '[tool.schemactl]\npreset = "supabase"\n', "pyproject.toml")
    assert find(tmp_path) == path
    assert load(tmp_path, {}).preset == "supabase"


def test_environment_beats_the_file(tmp_path: Path):
    write(tmp_path, 'postgres = "local"\n')
    assert load(tmp_path, {"SCHEMACTL_POSTGRES": "container:postgres:17"}).postgres == "container:postgres:17"
    assert load(tmp_path, {"SCHEMACTL_POSTGRES_VERSION": "16"}).postgres_version == 16


@pytest.mark.parametrize(("text", "message"), [("13", "cannot be 13"), ("new", "must be a whole number, not `new`")])
def test_a_version_in_the_environment_is_checked_as_in_the_file(tmp_path: Path, text: str, message: str):
    with pytest.raises(ConfigError, match=f"SCHEMACTL_POSTGRES_VERSION {message}"):
        load(tmp_path, {"SCHEMACTL_POSTGRES_VERSION": text})


@pytest.mark.parametrize(
    ("text", "message", "line", "hint"),
    [
        ('\nmigratons = "x"\n', "unknown key `migratons`", 2, "migrations"),
        ("[apply]\nlock_attempts = 0\n", "`apply.lock_attempts` cannot be 0", 2, "Known: 1 to 1000"),
        ("[apply]\nlock_timeot = 1\n", "unknown key `apply.lock_timeot`", 2, "lock_timeout"),
        ("migrations = 3\n", "`migrations` must be a string, not a whole number", 1, None),
        ('grants = "legcy"\n', "`grants` cannot be `legcy`", 1, "legacy"),
        ('[verify.checks]\nagain = "loud"\n', "`verify.checks.again` cannot be `loud`", 2, "error"),
        ("verify = 1\n", "`verify` must be a table", 1, None),
        ("migrations = \n", "not valid TOML", None, None),
        ("\npostgres_version = 13\n", "`postgres_version` cannot be 13", 2, "Known: 14 to 18."),
        ("[lint]\npostgres_version = 99\n", "`lint.postgres_version` cannot be 99", 2, "Known: 14 to 18."),
        ('postgres_version = "16"\n', "`postgres_version` must be a whole number, not a string", 1, None),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, text: str, message: str, line: int | None, hint: str | None
):
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, {})
    assert message in caught.value.message
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == (str(path), line)
    assert hint is None or hint in (caught.value.hint or "")


def test_a_file_that_is_not_utf8(tmp_path: Path):
    (tmp_path / "schemactl.toml").write_bytes(b'migrations = "\xff"')
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(tmp_path, {})


def test_a_missing_file(tmp_path: Path):
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "none.toml", {})


def test_an_unknown_word_in_the_environment(tmp_path: Path):
    with pytest.raises(ConfigError, match="SCHEMACTL_GRANTS cannot be `all`"):
        load(tmp_path, {"SCHEMACTL_GRANTS": "all"})
