import re
from pathlib import Path

import pytest
from tests.support.program import run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "migrations").mkdir()
    return tmp_path


def names(project: Path) -> list[str]:
    return sorted(path.name for path in (project / "migrations").iterdir())


def test_the_first_file_is_0001_and_the_next_follows(project: Path):
    assert run("new", "Add orders", cwd=project).out == "✓ Made migrations/0001_add_orders.sql\n"
    assert run("new", "add songs", "--down", cwd=project).code == 0
    assert names(project) == ["0001_add_orders.sql", "0002_add_songs.down.sql", "0002_add_songs.sql"]


def test_the_folders_style_is_kept(project: Path):
    (project / "migrations/9_old.sql").touch()
    run("new", "x", cwd=project)
    assert "10_x.sql" in names(project)
    (project / "migrations/20200101000000_y.sql").touch()
    outcome = run("new", "z", "--format", "json", cwd=project)
    (made,) = outcome.json["new"]["files"]
    assert re.fullmatch(r"migrations/20\d{12}_z\.sql", made)


def test_numbering_may_be_chosen(project: Path):
    assert run("new", "x", "--numbering", "timestamp", cwd=project).code == 0
    (made,) = names(project)
    assert re.fullmatch(r"20\d{12}_x\.sql", made)


def test_a_repeatable_has_no_number(project: Path):
    assert run("new", "Views", "--repeatable", cwd=project).code == 0
    assert names(project) == ["R__views.sql"]


@pytest.mark.parametrize(
    ("arguments", "present", "message", "hint"),
    [
        (["!!"], [], "`!!` is no name", "schemactl new 'add orders'"),
        (["x", "--repeatable", "--down"], [], "neither a number nor a down file", "Leave out"),
        (["views", "--repeatable"], ["R__views.sql"], "there is such a file", "another name"),
        (["x"], ["users.sql"], "a .sql file's name must be", "users.sql → 0001_users.sql"),
        (["x" * 300], [], "cannot be written: File name too long", "Choose a shorter name"),
        (["x", "--numbering", "random"], [], "'random'", "schemactl new --help"),
        ([], [], "Missing argument", "schemactl new --help"),
    ],
)
def test_what_cannot_be_made_is_an_error(
    project: Path, arguments: list[str], present: list[str], message: str, hint: str
):
    for name in present:
        (project / "migrations" / name).touch()
    outcome = run("new", *arguments, cwd=project)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert hint in outcome.err
    assert names(project) == present


def test_a_missing_folder_leads_to_init(tmp_path: Path):
    outcome = run("new", "x", cwd=tmp_path)
    assert outcome.code == 2
    assert outcome.err == (
        "error: migrations: no such folder of migrations\n"
        "  hint: Set `migrations` in schemactl.toml, or start with `schemactl init`.\n"
    )
