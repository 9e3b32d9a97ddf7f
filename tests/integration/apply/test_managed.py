"""Applying by way of the Management API while everything goes wrong: each migration is applied once."""

import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psycopg
import pytest
from tests.support.applying import apply as apply_directly
from tests.support.applying import rows, write
from tests.support.clocks import Timeless
from tests.support.killing import gate, shut, until, waiting_at
from tests.support.management_api import REF, TOKEN, Answer, Fault, Plan, Platform, failure, none, serving

from schemactl.apply import engine, managed
from schemactl.apply.engine import Outcome, Request
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.apply.stores import store_for
from schemactl.core.config import Ledger
from schemactl.core.errors import HistoryError, LockError, SchemactlError, ServerError, StatementError
from schemactl.core.events import Event, Note
from schemactl.db.api import Api
from schemactl.db.managed import Managed
from schemactl.db.project import Project
from schemactl.migrations.files import load
from schemactl.servers import Database, Server

TRANSIENT = [fault for fault in Fault if fault is not Fault.NONE]
POINTS = 13
RANDOM_RUNS = 200 - POINTS * len(TRANSIENT)
DEFERRED = """
create table p (id int primary key);
create table c (p int references p deferrable initially deferred);
insert into c values (7);
"""


@pytest.fixture
def platform(embedded_database: Database) -> Iterator[Platform]:
    with serving(Platform(embedded_database.dsn)) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that cannot be run twice without a trace: each leaves a row in a table without a key."""
    return write(
        tmp_path / "migrations",
        _1_ran="create table if not exists ran (what text); insert into ran values ('1');",
        _2_more="insert into ran values ('2'); set search_path = nowhere; set role anon",
        _3_last="create temporary table scratch (id int); insert into ran values ('3') -- the last",
        R__view="create or replace view seen as select * from ran; insert into ran values ('R');",
    )


def target(platform: Platform, clock: Timeless, notes: list[str] | None = None) -> Managed:
    def hear(event: Event) -> None:
        if isinstance(event, Note) and notes is not None:
            notes.append(event.message)

    return Managed(Project(REF), Api(platform.address, TOKEN, clock), listener=hear, clock=clock, random=Random(1))


def apply(
    platform: Platform,
    folder: Path,
    store: Store | None = None,
    settings: Settings | None = None,
    clock: Timeless | None = None,
    notes: list[str] | None = None,
) -> Outcome:
    database = target(platform, clock or Timeless(), notes)
    try:
        store = store or store_for(Ledger.SCHEMACTL)
        return managed.apply(Request(load(folder)), database, store, settings or Settings(who="test"))
    finally:
        database.close()


def ran(platform: Platform) -> list[str]:
    return sorted(str(what) for (what,) in rows(platform.dsn, "select what from ran"))


def recorded(platform: Platform, ledger: Ledger) -> list[str]:
    own = "select coalesce(version, name) from schemactl.history"
    if ledger is Ledger.SUPABASE:
        own = f"select version from supabase_migrations.schema_migrations union all {own}"
    return sorted(str(name) for (name,) in rows(platform.dsn, own))


def forget_all(platform: Platform) -> None:
    with psycopg.connect(platform.dsn, autocommit=True) as connection:
        connection.execute(
            "drop schema if exists schemactl cascade; drop schema if exists supabase_migrations cascade;"
            "drop table if exists ran cascade"
        )


def test_each_migration_is_applied_once_whatever_goes_wrong_wherever(platform: Platform, folder: Path):
    """200 applies: every fault at every request of a run, then many faults at once, from seeds."""
    everywhere = [(f"{fault.name} at {point}", _at(point, fault)) for fault in TRANSIENT for point in range(POINTS)]
    runs = everywhere + [(f"seed {seed}", _often(seed)) for seed in range(RANDOM_RUNS)]
    assert len(runs) == 200
    seen: set[tuple[Fault, bool]] = set()
    for number, (title, plan) in enumerate(runs):
        ledger = Ledger.SUPABASE if number % 2 else Ledger.SCHEMACTL
        forget_all(platform)
        platform.queries.clear()
        platform.faults.clear()
        platform.plan = plan
        outcome = apply(platform, folder, store_for(ledger))
        platform.plan = none
        platform.finish()
        assert ran(platform) == ["1", "2", "3", "R"], title
        assert recorded(platform, ledger) == ["1", "2", "3", "view"], title
        assert [one.title for one in outcome.applied] == ["1_ran", "2_more", "3_last", "R__view"], title
        asked = zip(platform.faults, platform.queries, strict=True)
        seen |= {(fault, "insert into ran" in text) for fault, text in asked}
    assert seen == {(fault, writes) for fault in Fault for writes in (False, True)}


def _at(point: int, fault: Fault) -> Plan:
    return lambda number, _text: fault if number == point else Fault.NONE


def _often(seed: int) -> Plan:
    random = Random(seed)
    return lambda _number, _text: random.choice(TRANSIENT) if random.random() < 0.4 else Fault.NONE


def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(platform: Platform, folder: Path):
    first = "insert into ran values ('1')"
    platform.plan = lambda _n, text: (
        Fault.DROPPED_AFTER if first in text and not any(first in q for q in platform.queries) else Fault.NONE
    )
    notes: list[str] = []
    apply(platform, folder, notes=notes)
    assert sum(first in text for text in platform.queries) == 1
    assert any("the answer was lost; the history has it" in note for note in notes)


def test_what_did_not_arrive_is_sent_again(platform: Platform, folder: Path):
    first = "insert into ran values ('1')"
    platform.plan = lambda _n, text: (
        Fault.DROPPED_BEFORE if first in text and not any(first in q for q in platform.queries) else Fault.NONE
    )
    apply(platform, folder)
    assert sum(first in text for text in platform.queries) == 2
    assert ran(platform) == ["1", "2", "3", "R"]


def test_a_file_that_is_sent_once_more_behind_our_back_changes_nothing(platform: Platform, folder: Path):
    apply(platform, folder)
    for text in list(platform.queries):
        platform.run(text)
    assert ran(platform) == ["1", "2", "3", "R"]


def test_the_session_that_the_next_one_gets_is_as_new(platform: Platform, folder: Path):
    apply(platform, folder)
    with psycopg.connect(platform.dsn, autocommit=True) as connection:
        for text in platform.queries:
            try:
                connection.execute(text.encode())
            except psycopg.Error:
                connection.execute("rollback")
        question = "select current_user = session_user, current_setting('search_path'), to_regclass('scratch')"
        ((ours, path, scratch),) = connection.execute(question).fetchall()
        assert ours
        assert "nowhere" not in path
        assert scratch is None


def test_runners_of_both_kinds_at_once_apply_each_migration_once(
    platform: Platform, embedded_database: Database, tmp_path: Path
):
    files = {f"_{n}_file": f"insert into ran values ('{n:02}'); select pg_sleep(0.01)" for n in range(2, 15)}
    folder = write(tmp_path / "many", _1_ran="create table ran (what text); insert into ran values ('01')", **files)
    errors: list[BaseException] = []

    def work(direct: bool) -> None:
        try:
            if direct:
                apply_directly(folder, embedded_database.dsn)
            else:
                apply(platform, folder, settings=Settings(who="test", runner_wait=100_000.0))
        except BaseException as error:  # noqa: BLE001 - told by the test itself
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number == 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert ran(platform) == [f"{n:02}" for n in range(1, 15)]


def test_another_runner_is_waited_for_with_an_end(platform: Platform, folder: Path):
    clock = Timeless()
    with psycopg.connect(platform.dsn, autocommit=True) as other:
        other.execute("select pg_advisory_lock(7236, 19790)")
        with pytest.raises(LockError, match="another runner did not finish within 60 s"):
            apply(platform, folder, settings=Settings(runner_wait=60.0), clock=clock)
    assert 60 <= clock.monotonic() < 90
    assert rows(platform.dsn, "select to_regclass('ran')") == [(None,)]


def test_what_another_runner_applied_meanwhile_is_planned_anew(platform: Platform, folder: Path):
    done = threading.Event()

    def interfere(_number: int, text: str) -> Fault:
        if "insert into ran values ('1')" in text and not done.is_set():
            done.set()
            apply_directly(folder, platform.dsn)
        return Fault.NONE

    platform.plan = interfere
    notes: list[str] = []
    outcome = apply(platform, folder, notes=notes)
    assert [one.title for one in outcome.applied] == []
    assert ran(platform) == ["1", "2", "3", "R"]
    assert any("another runner changed the history meanwhile" in note for note in notes)


def test_a_history_that_came_to_disagree_meanwhile_stops_the_run(platform: Platform, folder: Path):
    def interfere(_number: int, text: str) -> Fault:
        there = "select from schemactl.history where id = '9'"
        if "insert into ran values ('2')" in text and not rows(platform.dsn, there):
            with psycopg.connect(platform.dsn, autocommit=True) as connection:
                connection.execute(
                    "insert into schemactl.history (id, version, name, state, statements_done, statements_total,"
                    " applied_by, tool_version) values ('9', '9', 'later', 'applied', 0, 0, 'x', '0')"
                )
        return Fault.NONE

    platform.plan = interfere
    with pytest.raises(HistoryError, match="1 migration applied before"):
        apply(platform, folder)
    assert ran(platform) == ["1"]


def test_a_request_that_outlives_its_gateway_is_waited_for_and_not_sent_twice(platform: Platform, tmp_path: Path):
    file = "insert into ran values ('slow')"
    folder = write(tmp_path / "m", _1_ran="create table ran (what text)", _2_slow=f"{gate(1)};\n{file}")
    with psycopg.connect(platform.dsn, autocommit=True) as holder:
        shut(holder, 1)

        def abandon(_number: int, text: str) -> Fault:
            sent = sum(file in earlier for earlier in platform.queries)
            if file not in text:
                return Fault.NONE
            if sent == 1:
                until(lambda: waiting_at(holder, 1))
            if sent == 3:
                holder.execute("select pg_advisory_unlock_all()")
                platform.finish()
            return Fault.NONE if sent else Fault.ABANDONED

        platform.plan = abandon
        notes: list[str] = []
        assert len(apply(platform, folder, notes=notes).applied) == 2
    assert ran(platform) == ["slow"]
    assert any("another runner is at work; waiting" in note for note in notes)
    assert any("the answer was lost; the history has it" in note for note in notes)


def test_a_platform_that_gives_no_transaction_is_found_out_before_the_file_runs(platform: Platform, folder: Path):
    platform.statement_by_statement = True
    with pytest.raises(ServerError):
        apply(platform, folder)
    platform.statement_by_statement = False
    assert rows(platform.dsn, "select to_regclass('ran'), to_regnamespace('schemactl')") == [(None, None)]


def test_locks_are_tried_for_again_and_given_up_with_the_file(platform: Platform, tmp_path: Path):
    folder = write(tmp_path / "m", _1_alter="alter table held add column more int")
    clock = Timeless()
    with psycopg.connect(platform.dsn, autocommit=True) as other:
        other.execute("create table held (id int)")
        other.execute("begin; lock table held in access exclusive mode")
        with pytest.raises(LockError, match="no lock in time") as caught:
            apply(platform, folder, settings=Settings(lock_timeout="20ms", lock_attempts=3), clock=clock)
        assert caught.value.place is not None
        assert caught.value.place.file.endswith("1_alter.sql")
        other.execute("rollback")
    assert len(clock.slept) == 2
    apply(platform, folder)
    assert rows(platform.dsn, "select count(*) from pg_attribute where attname = 'more'") == [(1,)]


@pytest.mark.parametrize(
    ("sql", "sqlstate", "line", "column"),
    [
        ("create table a (id int);\ncreate table a (id int);", "42P07", 2, 1),
        ("create table a (id int);\n\n  select nix from a;", "42703", 3, 10),
        ("select 1;\nselect 1 / 0;\nselect 2", "22012", 2, 1),
        ("select 1;\ndo $$ begin\n  raise exception 'no' using errcode = 'P0001';\nend $$", "P0001", 2, 1),
        ("create table a (id int);\nselect '$search0$', x from y", "42P01", 2, 28),
    ],
)
def test_a_failing_statement_is_found(
    platform: Platform, tmp_path: Path, sql: str, sqlstate: str, line: int, column: int
):
    folder = write(tmp_path / "m", _1_bad=sql)
    with pytest.raises(StatementError) as caught:
        apply(platform, folder)
    place = caught.value.place
    assert place is not None
    assert (caught.value.sqlstate, place.line, place.column) == (sqlstate, line, column)
    assert rows(platform.dsn, "select to_regclass('a'), to_regnamespace('schemactl')") == [(None, None)]


@pytest.mark.parametrize(
    "sql",
    [
        "create table a (id int);\ncreate table a (id int);",
        "create table a (id int);\n\n  select nix from a;",
        "select 1;\nselect 1 / 0;",
        DEFERRED,
    ],
)
def test_errors_read_as_over_a_connection(platform: Platform, embedded_server: Server, tmp_path: Path, sql: str):
    folder = write(tmp_path / "m", _1_bad=sql)
    with pytest.raises(SchemactlError) as over_api:
        apply(platform, folder)
    with embedded_server.database("direct") as other, pytest.raises(SchemactlError) as over_connection:
        apply_directly(folder, other.dsn)
    api, direct = over_api.value, over_connection.value
    assert (type(api), api.exit_code, api.message, api.hint, api.place) == (
        type(direct), direct.exit_code, direct.message, direct.hint, direct.place,
    )  # fmt: skip


def test_a_history_that_cannot_be_written_is_no_error_of_the_file(platform: Platform, folder: Path):
    with psycopg.connect(platform.dsn, autocommit=True) as connection:
        connection.execute(
            "create schema schemactl; create table schemactl.history (id text, state text, raw_checksum text,"
            " statements_done int, version text, name text, token_checksum text, statement_checksums text[],"
            " statement_texts text[], statements_total int, statement_intended int, started_at timestamptz,"
            " finished_at timestamptz, applied_by text, tool_version text check (false), error text)"
        )
    with pytest.raises(ServerError, match="the history cannot be kept"):
        apply(platform, folder)
    assert rows(platform.dsn, "select to_regclass('ran')") == [(None,)]


def test_a_cosmetic_edit_is_recorded_once_though_the_answer_is_lost(platform: Platform, folder: Path):
    apply(platform, folder)
    write(folder, _1_ran="-- A note\ncreate table if not exists ran (what text); insert into ran values ('1');")
    update = "UPDATE schemactl.history"
    platform.plan = lambda _n, text: (
        Fault.DROPPED_AFTER if update in text and not any(update in q for q in platform.queries) else Fault.NONE
    )
    apply(platform, folder)
    assert sum(update in text for text in platform.queries) == 2
    assert ran(platform) == ["1", "2", "3", "R"]
    notes: list[str] = []
    assert apply(platform, folder, notes=notes).rerecorded == ()


def test_the_limit_of_requests_is_waited_out_as_long_as_the_server_says(platform: Platform, folder: Path):
    asked = iter([{"Retry_After": "7"}, {"Retry_After": "Thu, 01 Jan 2026 00:01:00 GMT"}, {}])

    def limited(method: str, _path: str) -> Answer | None:
        headers = next(asked, None) if method == "POST" else None
        return None if headers is None else failure("Too many requests", 429, **headers)

    platform.answer = limited
    clock = Timeless()
    apply(platform, folder, clock=clock)
    # The third says nothing but when the limit is counted anew, 58 s.
    assert clock.slept == [7.0, 53.0, 58.0]


def test_a_limit_longer_than_anybody_waits_is_an_error(platform: Platform, folder: Path):
    platform.answer = lambda _method, _path: failure("Too many requests", 429, Retry_After="86400")
    with pytest.raises(ServerError, match="too many requests"):
        apply(platform, folder)


def test_an_api_that_never_makes_sense_is_given_up(platform: Platform, folder: Path):
    platform.plan = lambda _n, _text: Fault.NOT_JSON
    clock = Timeless()
    with pytest.raises(ServerError, match=r"after 8 tries: the answer is not JSON: 502 Bad Gateway"):
        apply(platform, folder, clock=clock)
    assert 10 < clock.monotonic() < 120


def test_when_the_api_goes_silent_the_error_says_where_to_look(platform: Platform, folder: Path):
    platform.plan = lambda _n, text: Fault.DROPPED_AFTER if "insert into ran values ('2')" in text else Fault.NONE
    alone = write(folder.parent / "alone", _2_more="create table ran (what text); insert into ran values ('2')")
    platform.queries.clear()
    assert apply(platform, alone).applied
    platform.answer = lambda _method, _path: (502, {}, b"")
    with pytest.raises(ServerError, match="no good answer") as caught:
        apply(platform, alone)
    assert caught.value.hint is not None
    assert "history" in caught.value.hint


def test_the_other_engine_reads_what_this_one_wrote(platform: Platform, folder: Path):
    apply(platform, folder)
    assert apply_directly(folder, platform.dsn).applied == ()
    write(folder, _4_next="insert into ran values ('4')")
    assert [one.title for one in apply_directly(folder, platform.dsn).applied] == ["4_next"]
    assert apply(platform, folder).applied == ()
    assert engine.TASK == "Applying"
