"""Forecasts from sizes that are given; what the locks are is sql.locks' business, what the sizes are the catalog's."""

import pytest
from tests.support.migrations import folder, migration

from schemactl.apply import forecasting, tasks
from schemactl.apply.forecast import BYTES_PER_SECOND, HIGH, LOW, Danger, Forecast, Touch, forecast, relations
from schemactl.apply.sizes import Size
from schemactl.core.findings import Severity
from schemactl.core.results import Table
from schemactl.migrations.plan import plan
from schemactl.sql.lock_modes import LockMode, Work
from schemactl.sql.names import Name

ORDERS = Name(None, "orders")
INDEXING = BYTES_PER_SECOND[Work.INDEX]


def test_every_kind_of_work_has_a_speed():
    assert set(BYTES_PER_SECOND) == set(Work)


def prepared(text: str) -> tuple[tasks.Task, ...]:
    return tasks.prepare(plan(folder(migration("0001_x", text)), ()).steps, 17)


def forecasts(text: str, seconds: float) -> list[Forecast]:
    """On a table whose index takes `seconds` to build."""
    return list(forecast(prepared(text), {ORDERS: Size(int(seconds * INDEXING), 7)}, 17))


def touches(text: str, seconds: float) -> list[Touch]:
    return [touch for one in forecasts(text, seconds) for touch in one.touches]


@pytest.mark.parametrize(
    ("seconds", "danger"),
    [(0, Danger.LOW), (LOW * 0.9, Danger.LOW), (LOW, Danger.MEDIUM), (HIGH * 0.9, Danger.MEDIUM), (HIGH, Danger.HIGH)],
)
def test_the_danger_of_a_blocking_build_grows_with_the_table(seconds: float, danger: Danger):
    (touch,) = touches("CREATE INDEX i ON orders (id);", seconds)
    assert touch.mode is LockMode.SHARE
    assert touch.danger is danger


@pytest.mark.parametrize(
    "text",
    ["-- schemactl:transaction=none\nCREATE INDEX CONCURRENTLY i ON orders (id);", "UPDATE orders SET id = 1;"],
)
def test_what_lets_others_write_is_no_danger_however_large_the_table(text: str):
    assert {touch.danger for touch in touches(text, 1000)} == {Danger.NONE}


def test_what_is_not_there_yet_is_not_touched():
    (one,) = forecasts("CREATE INDEX i ON brand_new (id);", 1000)
    assert one.touches == ()
    assert relations(prepared("CREATE INDEX i ON brand_new (id);"), 17) == {Name(None, "brand_new")}


def test_in_a_transaction_an_early_lock_is_held_through_later_work_and_not_the_other_way():
    first, second = touches("ALTER TABLE orders ADD COLUMN c int;\nCREATE INDEX i ON orders (id);", 20)
    assert first.work == frozenset()
    assert first.seconds == second.seconds == pytest.approx(20)
    build, late = touches("CREATE INDEX i ON orders (id);\nALTER TABLE orders ADD COLUMN c int;", 20)
    assert build.seconds == pytest.approx(20)
    assert (late.seconds, late.danger) == (0, Danger.LOW)


def test_statement_by_statement_each_lock_ends_with_its_statement():
    text = "-- schemactl:transaction=none\nALTER TABLE orders ADD COLUMN c int;\nCREATE INDEX i ON orders (id);"
    first, second = touches(text, 20)
    assert first.seconds == 0
    assert second.seconds == pytest.approx(20)


def test_only_an_outage_is_a_finding_and_it_says_why():
    text = "ALTER TABLE orders ADD COLUMN c int;\nCREATE INDEX i ON orders (id);\n"
    quiet = forecasting.report("db", prepared(text), forecasts(text, HIGH / 2), {})
    assert quiet.findings == ()
    assert quiet.summary == "1 migration, 2 statements pending on db; worst: blocks reads, writes ~5.0 s on orders"
    loud = forecasting.report("db", prepared(text), forecasts(text, 20), {})
    assert [(item.severity, item.statement, item.message) for item in loud.findings] == [
        (
            Severity.WARNING,
            1,
            "blocks reads, writes ~20 s on orders (1.0 GB): the lock is held to the end of the migration",
        ),
        (Severity.WARNING, 2, "blocks writes ~20 s on orders (1.0 GB): it builds an index"),
    ]


def test_a_file_without_statements_is_pending_too():
    report = forecasting.report("db", prepared("-- say here why\n"), [], {})
    assert report.summary == "1 migration, 0 statements pending on db; nobody is blocked"
    (pending,) = report.sections
    assert isinstance(pending, Table)
    assert [cell.text for cell in pending.rows[0]] == ["0001_x", "0", "one transaction", "nobody"]
    assert forecasting.report("db", (), [], {}).summary == "nothing to apply: db is up to date"


def test_a_password_does_not_reach_the_report():
    secret = "hunter" + "22"
    text = f"CREATE ROLE r PASSWORD '{secret}';"
    report = forecasting.report("db", prepared(text), forecasts(text, 1), {})
    assert secret not in str(report)
