"""The history's layout: a newer one is left alone, an older one is led to the next, all or nothing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from tests.support.applying import apply, history, rows, run, write

from schemactl.apply.history_table import HistoryTable
from schemactl.apply.store import Commands
from schemactl.core.errors import ServerError
from schemactl.servers import Database

NEWER = """
COMMENT ON TABLE schemactl.history IS 'layout 2; made up';
ALTER TABLE schemactl.history RENAME COLUMN statements_done TO so_many;
"""
UPGRADE = """
DO $upgrade$
BEGIN
    IF pg_catalog.obj_description('schemactl.history'::regclass, 'pg_class') LIKE 'layout 2;%' IS NOT TRUE THEN
        ALTER TABLE schemactl.history ADD COLUMN host text;
        COMMENT ON TABLE schemactl.history IS 'layout 2; made up';
        IF {fails} THEN
            RAISE 'no room';
        END IF;
    END IF;
END
$upgrade$;
"""
FILES = {"_1_a": "create table a ()", "_2_b": "create table b ()"}


class Next(HistoryTable):
    """What the table may be one day."""

    layout = 2

    def __init__(self, *, fails: bool = False) -> None:
        self._fails = fails

    def create(self, *, partial: bool = True) -> Commands:
        return (*super().create(partial=partial), UPGRADE.format(fails=self._fails))


def change(dsn: str, sql: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.encode())


def comment(dsn: str) -> object:
    return rows(dsn, "select obj_description('schemactl.history'::regclass)")[0][0]


def columns(dsn: str) -> list[object]:
    named = "select attname from pg_attribute where attrelid = 'schemactl.history'::regclass and attnum > 0"
    return [row[0] for row in rows(dsn, f"{named} order by attnum")]


def test_a_new_history_says_its_layout(tmp_path: Path, plain_database: Database):
    apply(write(tmp_path / "m", **FILES), plain_database.dsn)
    assert str(comment(plain_database.dsn)).startswith(f"layout {HistoryTable.layout};")


@pytest.mark.parametrize(
    "command",
    [
        ("apply", "{folder}"),
        ("apply", "{folder}", "--dry-run"),
        ("status", "{folder}"),
        ("plan", "{folder}"),
        ("baseline", "2", "--folder", "{folder}"),
        ("repair", "--folder", "{folder}", "--yes"),
        ("rollback", "{folder}"),
        ("drift", "{folder}"),
    ],
    ids=" ".join,
)
def test_a_newer_layout_is_refused_and_left_as_it_is(
    tmp_path: Path, embedded_database: Database, command: tuple[str, ...]
):
    dsn = embedded_database.dsn
    folder = write(tmp_path / "m", _1_a=FILES["_1_a"])
    apply(folder, dsn)
    change(dsn, NEWER)
    before = rows(dsn, "table schemactl.history")
    write(folder, **FILES)
    result = run(*(word.format(folder=folder) for word in command), "--database", dsn)
    assert result.returncode == 5, result.stderr
    assert "has layout 2, and schemactl" in result.stderr
    assert "A newer schemactl keeps it: use that one here too." in result.stderr
    assert rows(dsn, "table schemactl.history") == before
    assert rows(dsn, "select to_regclass('b')") == [(None,)]


def test_a_history_that_somebody_else_made_is_told_as_such(tmp_path: Path, plain_database: Database):
    change(plain_database.dsn, "create schema schemactl; create table schemactl.history (x int)")
    result = run("status", str(write(tmp_path / "m", **FILES)), "--database", plain_database.dsn)
    assert result.returncode == 3
    assert "The table is not as schemactl makes it" in result.stderr
    assert "GRANT" not in result.stderr


@pytest.mark.parametrize("described", ["'layout 1; made up'", "'One row a migration'", "NULL"])
def test_an_older_layout_is_led_to_the_next_one(tmp_path: Path, plain_database: Database, described: str):
    """Also one that does not say its number, as the first one did not."""
    dsn = plain_database.dsn
    folder = write(tmp_path / "m", _1_a=FILES["_1_a"])
    apply(folder, dsn)
    change(dsn, f"COMMENT ON TABLE schemactl.history IS {described}")
    apply(write(folder, **FILES), dsn, store=Next())
    assert comment(dsn) == "layout 2; made up"
    assert columns(dsn)[-1] == "host"
    assert history(dsn) == [("1", "applied", 1, 1), ("2", "applied", 1, 1)]


def test_what_only_looks_leaves_an_older_layout_as_it_is(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", **FILES)
    apply(folder, plain_database.dsn)
    assert not apply(folder, plain_database.dsn, store=Next()).applied
    assert "host" not in columns(plain_database.dsn)


def test_an_upgrade_that_fails_leaves_nothing(tmp_path: Path, plain_database: Database):
    dsn = plain_database.dsn
    folder = write(tmp_path / "m", _1_a=FILES["_1_a"])
    apply(folder, dsn)
    before = columns(dsn)
    with pytest.raises(ServerError, match=r"the history cannot be kept in .*no room"):
        apply(write(folder, **FILES), dsn, store=Next(fails=True))
    assert columns(dsn) == before
    assert str(comment(dsn)).startswith("layout 1;")
    assert history(dsn) == [("1", "applied", 1, 1)]


def test_of_two_runners_one_upgrades(tmp_path: Path, plain_database: Database):
    dsn = plain_database.dsn
    folder = write(tmp_path / "m", _1_a=FILES["_1_a"])
    apply(folder, dsn)
    write(folder, **FILES)
    with ThreadPoolExecutor(2) as runners:
        ran = list(runners.map(lambda _: apply(folder, dsn, store=Next()), range(2)))
    assert sorted(len(outcome.applied) for outcome in ran) == [0, 1]
    assert columns(dsn).count("host") == 1
