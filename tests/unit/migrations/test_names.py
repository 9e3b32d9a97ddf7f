import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.migrations import names
from schemactl.migrations.model import Version
from schemactl.migrations.names import Name, Role


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("0001_users.sql", Name(Role.UP, "users", Version.parse("0001"))),
        ("1_users.down.sql", Name(Role.DOWN, "users", Version.parse("1"))),
        ("20251130_plan_jobs.sql", Name(Role.UP, "plan_jobs", Version.parse("20251130"))),
        ("0001_up.sql", Name(Role.UP, "up", Version.parse("0001"))),
        ("0001_v1.2.sql", Name(Role.UP, "v1.2", Version.parse("0001"))),
        ("R__views.sql", Name(Role.REPEATABLE, "views")),
    ],
)
def test_a_valid_name_is_taken_apart(file_name: str, name: Name):
    assert names.read(file_name) == name
    assert str(name) == file_name


@pytest.mark.parametrize(
    ("file_name", "nearest"),
    [
        ("users.sql", "0008_users.sql"),
        ("0001_gr\udcf6e.sql", "0001_gr_e.sql"),
        ("0001_two\nlines.sql", "0001_two_lines.sql"),
        ("0001.sql", "0001_describe_the_change.sql"),
        ("0001_.sql", "0001_describe_the_change.sql"),
        ("0001-users.sql", "0001_users.sql"),
        ("0001users.sql", "0001_users.sql"),
        ("0001_users.SQL", "0001_users.sql"),
        ("0001_users.up.sql", "0001_users.sql"),
        ("0001_users.undo.sql", "0001_users.down.sql"),
        ("0001_users.DOWN.sql", "0001_users.down.sql"),
        ("V2__Add users.sql", "2_add_users.sql"),
        ("U2__Add users.sql", "2_add_users.down.sql"),
        ("R_views.sql", "R__views.sql"),
        ("r__views.sql", "R__views.sql"),
        ("R__.sql", "R__describe_the_change.sql"),
        ("2024-01-02_users.sql", "20240102_users.sql"),
        ("٣_users.sql", "0008_٣_users.sql"),
        (".sql", "0008_describe_the_change.sql"),
    ],
)
def test_a_name_that_fits_no_pattern_gets_the_nearest_that_does(file_name: str, nearest: str):
    assert names.read(file_name) is None
    assert names.suggest(file_name, "0008") == nearest


@given(st.text().map(lambda text: text.replace("/", "").replace("\0", "") + ".sql"))
def test_every_name_is_valid_or_has_a_valid_suggestion(file_name: str):
    assert names.read(file_name) or names.read(names.suggest(file_name, "1"))
