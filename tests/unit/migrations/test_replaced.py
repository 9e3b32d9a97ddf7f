"""Histories that hold what a squashed file replaces."""

from pathlib import Path

import pytest

from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Folder, Migration, SqlFile, Version
from schemactl.migrations.plan import Standing, plan

TEXT = "-- schemactl:replaces=1,2,3\n\ncreate table t (id int);"


def folder(text: str = TEXT) -> Folder:
    def migration(version: str, name: str, sql: str) -> Migration:
        return Migration(Version.parse(version), name, SqlFile(Path(f"{version}_{name}.sql"), sql, f"sum of {name}"))

    return Folder(Path(), (migration("3", "squashed", text), migration("4", "later", "select 1;")))


def row(version: str, state: State = State.APPLIED) -> HistoryRow:
    return HistoryRow(Version.parse(version), f"old_{version}", state, f"sum {version}")


def standings(*rows: HistoryRow, text: str = TEXT) -> list[Standing]:
    return [entry.standing for entry in plan(folder(text), rows).entries]


def test_a_database_with_all_of_them_has_the_file():
    assert standings(row("1"), row("2"), row("3")) == [Standing.APPLIED, Standing.PENDING]
    assert standings(row("1"), row("2"), row("3"), row("4"))[0] is Standing.APPLIED


def test_a_new_database_gets_the_file():
    assert standings() == [Standing.PENDING, Standing.PENDING]


def test_what_lies_behind_a_baseline_counts():
    assert standings(row("2", State.BASELINE), row("3")) == [Standing.APPLIED, Standing.PENDING]


@pytest.mark.parametrize(
    "rows",
    [(row("1"),), (row("1"), row("2")), (row("1"), row("2"), row("3", State.FAILED)), (row("1"), row("3"))],
)
def test_a_part_of_them_is_a_conflict(rows: tuple[HistoryRow, ...]):
    assert plan(folder(), rows).conflicts


def test_without_the_directive_the_old_versions_are_missing():
    found = standings(row("1"), row("2"), row("3"), text="create table t (id int);")
    assert found[:3] == [Standing.DELETED, Standing.DELETED, Standing.EDITED]


def test_the_file_itself_is_known_by_its_name():
    own = HistoryRow(Version.parse("3"), "squashed", State.APPLIED, "sum of squashed")
    assert standings(own) == [Standing.APPLIED, Standing.PENDING]
