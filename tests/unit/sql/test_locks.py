import tomllib
from pathlib import Path

import pytest

from schemactl.sql.lock_modes import LockMode
from schemactl.sql.locks import locks
from schemactl.sql.parse import parse

CASES = tomllib.loads(Path("tests/cases/sql/locks.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"][:70])
def test_locks_are_what_the_catalogue_says(case):
    (statement,) = parse(case["sql"], "f.sql").statements
    found = locks(statement, case.get("until", 18))
    assert {str(lock.relation): lock.mode.words for lock in found if not lock.of_index} == case["locks"]
    assert {str(lock.relation): lock.mode.words for lock in found if lock.of_index} == case.get("index_table", {})
    worked = {str(lock.relation): sorted(work.name for work in lock.work) for lock in found if lock.work}
    assert worked == case.get("work", {})


def test_the_catalogue_is_large_and_covers_every_mode():
    assert len(CASES) >= 80
    assert {mode for case in CASES for mode in case["locks"].values()} == {mode.words for mode in LockMode}


@pytest.mark.parametrize(
    ("mode", "reads", "writes"),
    [
        (LockMode.ACCESS_SHARE, False, False),
        (LockMode.SHARE_UPDATE_EXCLUSIVE, False, False),
        (LockMode.SHARE, False, True),
        (LockMode.SHARE_ROW_EXCLUSIVE, False, True),
        (LockMode.ACCESS_EXCLUSIVE, True, True),
    ],
)
def test_who_has_to_wait(mode, reads, writes):
    assert (mode.blocks_reads, mode.blocks_writes) == (reads, writes)


def test_conflicts_go_both_ways():
    for one in LockMode:
        for other in LockMode:
            assert one.conflicts_with(other) == other.conflicts_with(one)


@pytest.mark.parametrize(
    ("text", "work"),
    [
        ("ALTER TABLE t ADD COLUMN n uuid DEFAULT own.maker()", ["MAY_REWRITE"]),
        ("ALTER TABLE t ADD COLUMN n text DEFAULT upper('x')", []),
        ("ALTER TABLE t ADD COLUMN n float DEFAULT 1 + random()", ["REWRITE"]),
        ("ALTER TABLE t ADD COLUMN n int NOT NULL", ["SCAN"]),
    ],
)
def test_a_default_decides_about_a_rewrite(text, work):
    (statement,) = parse(text, "f.sql").statements
    (lock,) = locks(statement, 18)
    assert [item.name for item in lock.work] == work
