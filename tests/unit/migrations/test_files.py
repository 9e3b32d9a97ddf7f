import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.core.errors import ConfigError, SourceError
from schemactl.migrations import files
from schemactl.migrations.model import Version


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("SELECT 1;\n", encoding="utf-8")
    return folder


def test_versions_sort_as_numbers_and_repeatables_come_last(tmp_path: Path):
    fill(tmp_path, "R__views.sql", "10_b.sql", "0009_a.sql", "20251130_jobs.sql", "R__functions.sql", "2_z.sql")
    loaded = files.load(tmp_path)
    assert [migration.path.name for migration in loaded.migrations] == [
        "2_z.sql",
        "0009_a.sql",
        "10_b.sql",
        "20251130_jobs.sql",
        "R__functions.sql",
        "R__views.sql",
    ]


def test_a_migration_carries_its_text_checksum_and_down_file(tmp_path: Path):
    content = "\ufeffSELECT 'é';\r\n".encode()
    (tmp_path / "0001_a.sql").write_bytes(content)
    (tmp_path / "1_a.down.sql").write_text("SELECT 2;", encoding="utf-8")
    (migration,) = files.load(tmp_path).migrations
    assert migration.text == content.decode()
    assert migration.raw_checksum == hashlib.sha256(content).hexdigest()
    assert str(migration.version) == "0001"
    assert migration.down is not None
    assert migration.down.text == "SELECT 2;"


def test_other_and_hidden_files_are_left_alone(tmp_path: Path):
    fill(tmp_path, "0001_a.sql", "README.md", "types.ts", ".0002_draft.sql", "snippets/notes.txt", ".cache/x.sql")
    assert len(files.load(tmp_path).migrations) == 1


@pytest.mark.parametrize(
    ("names", "place", "message", "hint"),
    [
        (["0001_a.sql", "users.sql"], "users.sql", "must be `<digits>_<name>.sql`", "users.sql → 0002_users.sql"),
        (["1_a.sql", "2_b.SQL"], "2_b.SQL", "must be", "2_b.SQL → 2_b.sql"),
        (["a.sql", "b.sql"], "", "2 are not", "a.sql → 0001_a.sql; b.sql → 0001_b.sql"),
        (["1_a.sql", "0001_b.sql"], "", "0001_b.sql and 1_a.sql have the same number", "number of its own"),
        (["1_a.sql", "1_a.down.sql", "01_a.down.sql"], "", "have the same number", "number of its own"),
        (["2_a.sql", "1_a.down.sql"], "1_a.down.sql", "without its up file 1_a.sql", "Add 1_a.sql beside it"),
        (["1_b.sql", "1_a.down.sql"], "1_a.down.sql", "without its up file 1_a.sql", "Name it after 1_b.sql"),
        (["1_a.sql", "old/2_b.sql"], "old/2_b.sql", "sub-folder would never be applied", "Move it to"),
        (["1_a.sql", "2_b.sql/notes.txt"], "2_b.sql", "a directory that is named as a migration", "Rename it"),
        (["README.md"], "", "holds no migration", "schemactl new"),
    ],
)
def test_a_folder_that_would_be_misread_is_refused(
    tmp_path: Path, names: list[str], place: str, message: str, hint: str
):
    fill(tmp_path, *names)
    with pytest.raises(ConfigError) as caught:
        files.load(tmp_path)
    assert message in caught.value.message
    assert str(caught.value.place) == str(tmp_path / place)
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_two_names_of_the_same_number_are_both_named(tmp_path: Path):
    fill(tmp_path, "1_a.sql", "0001_a.sql")
    with pytest.raises(ConfigError, match=r"0001_a\.sql and 1_a\.sql have the same number"):
        files.load(tmp_path)


def test_a_missing_folder_is_an_error_that_says_how_to_begin(tmp_path: Path):
    with pytest.raises(ConfigError, match="no such folder") as caught:
        files.load(tmp_path / "nowhere")
    assert "schemactl init" in str(caught.value.hint)


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path):
    fill(tmp_path, "x")
    with pytest.raises(ConfigError, match="not a readable folder: Not a directory"):
        files.load(tmp_path / "x")


def test_a_link_to_nothing_is_an_error(tmp_path: Path):
    (tmp_path / "0001_a.sql").symlink_to(tmp_path / "gone")
    with pytest.raises(ConfigError, match=r"0001_a\.sql: cannot be read: No such file"):
        files.load(tmp_path)


def test_text_in_another_encoding_is_an_error_at_its_place(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_bytes("SELECT 1;\n-- é\nSELECT 'é".encode() + b"\xe9';")
    with pytest.raises(SourceError, match="not UTF-8: byte 0xe9") as caught:
        files.load(tmp_path)
    assert str(caught.value.place) == f"{tmp_path}/0001_a.sql:3:10"


@pytest.mark.parametrize("wrong", ["", "1a", "-1", "٣", "1 "])
def test_a_version_is_ascii_digits(wrong: str):
    with pytest.raises(ValueError, match="not a version"):
        Version.parse(wrong)


@given(st.integers(0, 10**30), st.integers(0, 9))
def test_a_version_is_its_number_however_it_is_written(number: int, zeros: int):
    written = Version.parse("0" * zeros + str(number))
    assert written == Version.parse(str(number))
    assert hash(written) == hash(Version.parse(str(number)))
    assert written < Version.parse(str(number + 1))
