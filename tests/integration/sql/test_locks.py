"""Every claim of the catalogue of locks, held against pg_locks and the statistics of real servers."""

import threading
import tomllib
from pathlib import Path

import psycopg
import pytest

from schemactl.sql.lock_modes import LockMode

pytestmark = pytest.mark.every_major
CASES = tomllib.loads(Path("tests/cases/sql/locks.toml").read_text(encoding="utf-8"))["case"]
SETUP = Path("tests/integration/sql/locks.sql").read_text(encoding="utf-8")
HELD = """
SELECT l.relation::regclass::text, l.mode
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE l.pid = %s AND l.granted = %s AND n.nspname IN ('public', 'other') AND l.relation = ANY(%s::oid[])
"""
RELATIONS = """
SELECT c.oid, c.relkind::text, c.relname FROM pg_class c
WHERE c.relnamespace IN ('public'::regnamespace, 'other'::regnamespace)
"""
STATE = """
SELECT pg_relation_filenode(c.oid),
       (SELECT coalesce(sum(seq_scan), 0) FROM pg_stat_xact_all_tables WHERE relid = c.oid),
       (SELECT array_agg(pg_relation_filenode(indexrelid) ORDER BY 1) FROM pg_index WHERE indrelid = c.oid)
FROM pg_class c WHERE c.oid = %s::regclass
"""
IN_BLOCK = [case for case in CASES if not case.get("outside")]
OUTSIDE = [case for case in CASES if case.get("outside")]


@pytest.fixture(scope="module")
def setting(plain_server):
    with (
        plain_server.database("locks") as database,
        psycopg.connect(database.superuser_dsn, autocommit=True) as worker,
        psycopg.connect(database.superuser_dsn, autocommit=True) as observer,
    ):
        worker.execute(SETUP)
        yield worker, observer


def strongest(rows: list[tuple[str, str]]) -> dict[str, str]:
    """The strongest mode on each relation, in the manual's words."""
    found: dict[str, LockMode] = {}
    for relation, mode in rows:
        words = "".join(f"_{letter}" if letter.isupper() else letter for letter in mode.removesuffix("Lock"))
        found[relation] = max(found.get(relation, LockMode.ACCESS_SHARE), LockMode[words.strip("_").upper()])
    return {relation: mode.words for relation, mode in found.items()}


def skip_other_versions(connection: psycopg.Connection, case: dict[str, int]) -> None:
    if not case.get("since", 0) <= connection.info.server_version // 10_000 <= case.get("until", 99):
        pytest.skip("a statement of other versions")


@pytest.mark.parametrize("case", IN_BLOCK, ids=lambda case: case["sql"][:70])
def test_the_server_takes_the_locks_that_the_catalogue_says(setting, case):
    worker, observer = setting
    skip_other_versions(worker, case)
    relations = {name: (oid, kind) for oid, kind, name in observer.execute(RELATIONS)}
    oids = [oid for oid, _ in relations.values()]
    with worker.transaction(force_rollback=True):
        run(worker, case["sql"])
        held = strongest(observer.execute(HELD, (worker.info.backend_pid, True, oids)).fetchall())
    named = {name.removeprefix("public."): mode for name, mode in case["locks"].items()}
    for index, mode in case.get("index_table", {}).items():
        table = observer.execute(
            "SELECT indrelid::regclass::text FROM pg_index WHERE indexrelid = %s::regclass", (index,)
        )
        named[table.fetchone()[0]] = mode
    assert {name: held.get(name) for name in named} == named
    strong = {name for name, mode in held.items() if LockMode[mode.replace(" ", "_")] > LockMode.ROW_EXCLUSIVE}
    forgotten = strong - named.keys() - set(case.get("unnamed", ()))
    assert {name for name in forgotten if relations[name][1] not in {"i", "I"}} == set()


def run(connection: psycopg.Connection, text: str) -> None:
    if text.startswith("COPY"):
        with connection.cursor() as cursor, cursor.copy(text) as copy:
            for _ in copy:
                pass
    else:
        connection.execute(text)


TABLES = [
    case
    for case in IN_BLOCK
    if case["sql"].startswith(("ALTER TABLE", "CREATE INDEX", "CREATE UNIQUE", "REFRESH", "CLUSTER"))
]


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case["sql"][:70])
def test_the_server_does_the_work_that_the_catalogue_says(setting, case):
    worker, _ = setting
    skip_other_versions(worker, case)
    for name in case["locks"]:
        claimed = set(case.get("work", {}).get(name, ()))
        with worker.transaction(force_rollback=True):
            oid = worker.execute("SELECT %s::regclass::oid", (name,)).fetchone()[0]
            file, scans, indexes = worker.execute(STATE, (oid,)).fetchone()
            run(worker, case["sql"])
            file_after, scans_after, indexes_after = worker.execute(STATE, (oid,)).fetchone()
        rewritten = file is not None and file_after != file
        if "MAY_REWRITE" not in claimed:
            assert rewritten == ("REWRITE" in claimed)
        if not rewritten and "MAY_REWRITE" not in claimed:
            if "MAY_INDEX" not in claimed:
                assert bool(set(indexes_after or ()) - set(indexes or ())) == ("INDEX" in claimed)
            if "MAY_SCAN" not in claimed:
                assert (scans_after > scans) == bool(claimed)


@pytest.mark.parametrize("case", OUTSIDE, ids=lambda case: case["sql"][:70])
def test_outside_a_transaction_the_server_asks_for_the_lock_that_the_catalogue_says(setting, case):
    """Another session holds the weakest lock that these statements conflict with, so that they wait for theirs."""
    worker, observer = setting
    (name, mode), *_ = (case.get("index_table") or case["locks"]).items()
    table = "t"
    oid = observer.execute("SELECT %s::regclass::oid", (table,)).fetchone()[0]
    failure: list[psycopg.Error] = []

    def work() -> None:
        try:
            worker.execute(case["sql"])
        except psycopg.errors.QueryCanceled as error:
            failure.append(error)

    with observer.transaction(force_rollback=True):
        observer.execute(f"LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE")
        thread = threading.Thread(target=work)
        thread.start()
        waiting: list[tuple[str, str]] = []
        while not waiting and thread.is_alive():
            waiting = observer.execute(HELD, (worker.info.backend_pid, False, [oid])).fetchall()
        worker.cancel_safe()
        thread.join()
    assert name
    assert failure
    assert strongest(waiting) == {table: mode}
