"""Two runners at once: one works, the other waits within a bound and then looks again."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from tests.support import killing
from tests.support.applying import apply, environment, history, rows, run, write

from schemactl.apply import runner_lock
from schemactl.apply.session import Session
from schemactl.core.errors import LockError
from schemactl.core.events import Event, Note
from schemactl.servers import Database

TAKE = "select pg_advisory_lock(7236, 19790)"

# Applies the folder to every database named on standard input, and says what it applied.
_WORKER = """
import sys
from pathlib import Path
from tests.support.applying import apply
print("ready", flush=True)
for line in sys.stdin:
    print(len(apply(Path(sys.argv[1]), line.strip()).applied), flush=True)
"""


class FakeClock:
    """Time that passes when somebody sleeps, and only then."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self):  # pragma: no cover - not asked for
        raise NotImplementedError

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def held(plain_database: Database):
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True, application_name="other runner") as holder:
        holder.execute(TAKE)
        yield holder


def test_the_wait_is_bounded_polled_with_jitter_and_says_who_holds_the_lock(
    plain_database: Database, held: psycopg.Connection
):
    clock, heard = FakeClock(), list[Event]()
    session = Session(plain_database.dsn, clock=clock, listener=heard.append)
    with pytest.raises(LockError) as caught:
        runner_lock.acquire(session, 60)
    session.close()
    assert caught.value.exit_code == 4
    assert f"pid {held.info.backend_pid} (other runner, {held.info.user}) from local" in str(caught.value)
    assert "connected since 20" in str(caught.value)
    assert "apply.runner_wait" in str(caught.value.hint)
    assert clock.time == pytest.approx(60)
    assert max(clock.slept) <= runner_lock.LONGEST_PAUSE * 1.5
    assert len(set(clock.slept)) > len(clock.slept) / 2
    notes = [event.message for event in heard if isinstance(event, Note)]
    assert notes[0].startswith("another runner is at work: pid ")
    assert len([note for note in notes if note.startswith("still waiting")]) == 3


def test_the_lock_is_another_one_in_another_database(tmp_path: Path, plain_server, held: psycopg.Connection):
    with plain_server.database() as database:
        assert len(apply(write(tmp_path / "m", _1_a="select 1"), database.dsn).applied) == 1


def test_who_waits_does_not_stand_in_the_way_of_a_concurrent_build(tmp_path: Path, plain_database: Database):
    """A waiter that blocks inside the server would hold a snapshot for which the build waits: a deadlock."""
    statements = ["create table a (id int)", "create index concurrently i on a (id)"]
    folder = write(tmp_path / "m", _1_a=killing.gated(statements, "-- schemactl:transaction=none\n"))
    config = killing.settings_file(tmp_path, lock_timeout="10min")
    arguments = ("apply", str(folder), "--database", plain_database.dsn, "--config", str(config))
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True) as holder:
        killing.shut(holder, 2)
        with killing.started(*arguments) as first:
            killing.until(lambda: killing.waiting_at(holder, 2))
            with killing.started(*arguments) as second:
                killing.until(lambda: len(killing.runners(holder)) == 2)
                holder.execute("select pg_advisory_unlock_all()")
                assert first.wait(killing.PATIENCE) == 0
                said, _ = second.communicate(timeout=killing.PATIENCE)
                assert second.returncode == 0
                assert "nothing to apply" in said


def test_two_runners_started_together_fifty_times_apply_every_migration_once(tmp_path: Path, plain_server):
    folder = write(
        tmp_path / "m",
        _1_a="create table a (id int)",
        _2_b="insert into a values (2)",
        _3_c="-- schemactl:transaction=none\ninsert into a values (3);\ncreate index concurrently i on a (id);",
        R__d="insert into a values (4)",
    )
    workers = [start_worker(folder) for _ in range(2)]
    try:
        for worker in workers:
            assert answer(worker) == "ready"
        for _ in range(50):
            with plain_server.database() as database:
                for worker in workers:
                    print(database.dsn, file=worker.stdin, flush=True)
                assert sorted(answer(worker) for worker in workers) == ["0", "4"]
                assert rows(database.dsn, "select array_agg(id order by id) from a") == [([2, 3, 4],)]
                assert [row[1] for row in history(database.dsn)] == ["applied"] * 4
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()


def start_worker(folder: Path) -> "subprocess.Popen[str]":
    root = str(Path(__file__).parents[3])
    path = environment()["PYTHONPATH"] + ":" + root
    return subprocess.Popen(
        [sys.executable, "-c", _WORKER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(PYTHONPATH=path),
    )


def answer(worker: "subprocess.Popen[str]") -> str:
    assert worker.stdout is not None
    return worker.stdout.readline().strip()


def test_a_lock_that_is_never_free_is_exit_code_4(tmp_path: Path, plain_database: Database, held: psycopg.Connection):
    folder = write(tmp_path / "m", _1_a="create table a (id int)")
    config = killing.settings_file(tmp_path, runner_wait="200ms")
    result = run("apply", str(folder), "--database", plain_database.dsn, "--config", str(config))
    assert result.returncode == 4
    assert "another runner did not finish within 0.2 s: pid" in result.stderr
    assert "hint:" in result.stderr
    assert rows(plain_database.dsn, "select to_regclass('a')") == [(None,)]


def test_a_migration_that_gives_the_lock_up_is_rolled_back(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int); select pg_advisory_unlock_all()")
    with pytest.raises(LockError, match="the runner lock was lost"):
        apply(folder, plain_database.dsn)
    assert rows(plain_database.dsn, "select to_regclass('a')") == [(None,)]
    assert history(plain_database.dsn) == []
