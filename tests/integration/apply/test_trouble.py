"""Poolers, broken links, privileges, full disks: a clear error, the right exit code, a rerun that finishes."""

import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from tests.support import killing, proxies
from tests.support.applying import apply, history, rows, run, write

from schemactl.apply.session import opened
from schemactl.apply.settings import Settings
from schemactl.core.errors import ServerError, StatementError
from schemactl.core.events import Event, Note
from schemactl.servers import Database, Server, account, binaries

FILES = {"_1_a": "create table a (id int)", "_2_b": "insert into a values (2)"}


def test_a_commit_whose_answer_was_lost_is_looked_up_in_the_history(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", **FILES)
    link = proxies.Cut(plain_database.dsn, lambda said: proxies.COMMITTED in said and b"INSERT 0 1\0" in said)
    with link.listening() as dsn:
        outcome = apply(folder, dsn)
    assert link.cuts == 1
    assert [one.title for one in outcome.applied] == ["1_a", "2_b"]
    assert rows(plain_database.dsn, "table a") == [(2,)]
    assert history(plain_database.dsn) == [("1", "applied", 1, 1), ("2", "applied", 1, 1)]


def test_a_link_that_breaks_before_the_commit_is_an_error_and_a_rerun_finishes(
    tmp_path: Path, plain_database: Database
):
    config = killing.settings_file(tmp_path, lock_timeout="10min")
    folder = write(tmp_path / "m", _1_a=f"create table a (id int); {killing.gate(1)};")
    link = proxies.Cut(plain_database.dsn, lambda _said: False)
    with link.listening() as dsn, psycopg.connect(plain_database.superuser_dsn, autocommit=True) as holder:
        killing.shut(holder, 1)
        with killing.started("apply", str(folder), "--database", dsn, "--config", str(config)) as process:
            backend = killing.until(lambda: killing.waiting_at(holder, 1))
            holder.execute("select pg_terminate_backend(%s)", (backend,))
            holder.execute("select pg_advisory_unlock_all()")
            _, said = process.communicate(timeout=killing.PATIENCE)
    assert process.returncode == 3
    assert "the connection broke while 1_a was applied (" in said
    assert "terminating connection due to administrator command" in said
    assert "nothing of it is in the database" in said
    assert rows(plain_database.dsn, "select to_regclass('a')") == [(None,)]
    assert len(apply(folder, plain_database.dsn).applied) == 1


@pytest.mark.parametrize("proxy", ["two backends", "pgbouncer"])
def test_behind_a_pooler_of_transactions_nothing_runs_and_the_way_out_is_told(
    tmp_path: Path, plain_database: Database, proxy: str
):
    folder = write(tmp_path / "m", **FILES)
    pooler = (
        proxies.pgbouncer(plain_database.superuser_dsn, "transaction")
        if proxy == "pgbouncer"
        else proxies.TwoBackends(plain_database.superuser_dsn).listening()
    )
    with pooler as dsn:
        for _ in range(3):
            result = run("apply", str(folder), "--database", dsn)
            assert result.returncode == 3, result.stderr
            assert "is a pooler that gives every transaction another session" in result.stderr
            assert "direct address" in result.stderr
            assert "5432" in result.stderr
    held = "select count(*) from pg_locks where locktype = 'advisory' and classid = 7236"
    assert rows(plain_database.dsn, held) == [(0,)]
    assert rows(plain_database.dsn, "select to_regclass('a'), to_regnamespace('schemactl')") == [(None, None)]
    assert len(apply(folder, plain_database.dsn).applied) == 2


def test_a_pooler_of_transactions_is_noticed_though_others_use_it(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", **FILES)
    with proxies.pgbouncer(plain_database.superuser_dsn, "transaction") as dsn:
        others = [psycopg.connect(dsn, prepare_threshold=None) for _ in range(3)]
        for other in others:
            other.execute("select 1")
        for other in others[:2]:
            other.rollback()
        assert run("apply", str(folder), "--database", dsn).returncode == 3
        for other in others:
            other.close()


def test_a_pooler_of_sessions_is_as_good_as_none(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", **FILES)
    with proxies.pgbouncer(plain_database.superuser_dsn, "session") as dsn:
        result = run("apply", str(folder), "--database", dsn)
        assert result.returncode == 0, result.stderr
        assert "2 migrations applied" in result.stdout


def test_a_blocked_migration_is_tried_again_and_every_try_names_the_blocker(tmp_path: Path, plain_database: Database):
    with psycopg.connect(plain_database.dsn, application_name="reports") as reader:
        reader.execute("create table a (id int)")
        reader.commit()
        reader.execute("select 1 as password_is_not_here from a")
        folder = write(tmp_path / "m", _1_a="select 1;\nalter table a add column b int")
        config = killing.settings_file(tmp_path, lock_timeout="2s")
        config.write_text(config.read_text() + "lock_attempts = 3\n")
        result = run("apply", str(folder), "--database", plain_database.dsn, "--config", str(config))
        pid = reader.info.backend_pid
    assert result.returncode == 4
    lines = [line for line in result.stderr.splitlines() if f"pid {pid} (reports, " in line]
    assert len(lines) == 3, result.stderr
    assert "1_a: try 1 of 3: no lock in time: " in lines[0]
    assert "1_a: try 2 of 3: no lock in time: ACCESS EXCLUSIVE on a; in the way: " in lines[1]
    assert "idle in transaction for " in lines[1]
    assert ": select 1 as password_is_not_here from a; trying again in " in lines[1]
    assert lines[2].startswith("error: ")
    assert "1_a.sql:2:1: no lock after 3 tries" in lines[2]
    assert history(plain_database.dsn) == []
    assert len(apply(folder, plain_database.dsn).applied) == 1


def test_a_lock_that_gets_free_is_taken_by_a_later_try(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="alter table a add column b int")
    config = killing.settings_file(tmp_path, lock_timeout="200ms")
    with psycopg.connect(plain_database.superuser_dsn) as reader:
        with psycopg.connect(plain_database.dsn, autocommit=True) as owner:
            owner.execute("create table a (id int)")
        reader.execute("select 1 from a")
        with killing.started(
            "apply", str(folder), "--database", plain_database.dsn, "--config", str(config)
        ) as process:
            assert process.stderr is not None
            first = process.stderr.readline()
            assert "try 1 of 30" in first
            reader.rollback()
            assert process.wait(killing.PATIENCE) == 0
    assert history(plain_database.dsn) == [("1", "applied", 1, 1)]


def test_a_lock_time_out_of_the_file_s_own_directive_holds(tmp_path: Path, plain_database: Database):
    text = "-- schemactl:lock_timeout=123ms\n-- schemactl:statement_timeout=7min\n"
    text += "create table a as select current_setting('statement_timeout') as x, current_setting('lock_timeout') as y"
    apply(write(tmp_path / "m", _1_a=text), plain_database.dsn, settings=Settings(lock_attempts=1, who="x"))
    assert rows(plain_database.dsn, "table a") == [("7min", "31ms")]


def test_a_statement_that_runs_too_long_is_exit_code_6(tmp_path: Path, plain_database: Database):
    text = "-- schemactl:statement_timeout=50ms\nselect pg_sleep(60)"
    with pytest.raises(StatementError, match="57014 query canceled") as caught:
        apply(write(tmp_path / "m", _1_a=text), plain_database.dsn)
    assert "statement_timeout" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("sqlstate", "said", "hint"),
    [
        ("53100", "disk full", "Make room"),
        ("53200", "out of memory", "Do less"),
        ("XX000", "internal error", ""),
    ],
)
@pytest.mark.parametrize("directive", ["", "-- schemactl:transaction=none\n"])
def test_a_server_out_of_room_is_exit_code_6_with_what_to_do(
    tmp_path: Path, plain_database: Database, sqlstate: str, said: str, hint: str, directive: str
):
    """The server raises the very error, on demand."""
    full = f"do $$ begin raise exception 'no room' using errcode = '{sqlstate}'; end $$"
    folder = write(tmp_path / "m", _1_a=f"{directive}create table a (id int);\n{full}")
    with pytest.raises(StatementError, match=f"{sqlstate} {said}") as caught:
        apply(folder, plain_database.dsn)
    assert hint in (caught.value.hint or "")
    done = 1 if directive else 0
    assert history(plain_database.dsn) == ([("1", "failed", 1, 2)] if done else [])
    assert rows(plain_database.dsn, "select to_regclass('a') is null") == [(not done,)]
    write(folder, _1_a=f"{directive}create table a (id int);\nselect 1")
    apply(folder, plain_database.dsn)
    assert history(plain_database.dsn) == [("1", "applied", 2, 2)]


@pytest.fixture
def newcomer(plain_database: Database):
    """A DSN of a role that may do nothing, in a database where PUBLIC may do nothing either."""
    role = f"r_{plain_database.name}"
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'create role "{role}" login'.encode())
        yield psycopg.conninfo.make_conninfo(plain_database.superuser_dsn, user=role)
        admin.execute(f'drop owned by "{role}"; drop role "{role}"'.encode())


def test_a_role_that_may_not_make_the_history_is_exit_code_3(tmp_path: Path, newcomer: str):
    with pytest.raises(ServerError, match=r"the history cannot be kept in database .* 42501 insufficient") as caught:
        apply(write(tmp_path / "m", **FILES), newcomer)
    assert caught.value.exit_code == 3
    assert "GRANT CREATE ON DATABASE" in str(caught.value.hint)


def test_a_role_that_may_not_do_what_a_statement_says_is_exit_code_6(
    tmp_path: Path, plain_database: Database, newcomer: str
):
    role = psycopg.conninfo.conninfo_to_dict(newcomer)["user"]
    apply(write(tmp_path / "m", **FILES), plain_database.superuser_dsn)
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True) as admin:
        admin.execute(
            f'grant usage on schema schemactl to "{role}"; grant all on schemactl.history to "{role}"'.encode()
        )
    folder = write(tmp_path / "m", _3_c="alter table a add column c int")
    with pytest.raises((StatementError, ServerError), match="42501") as caught:
        apply(folder, newcomer)
    assert caught.value.exit_code == 6
    assert "owner" in str(caught.value.hint)


def test_a_read_only_database_is_exit_code_3(tmp_path: Path, plain_database: Database):
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'alter database "{plain_database.name}" set default_transaction_read_only = on'.encode())
    with pytest.raises(ServerError, match="is read-only") as caught:
        apply(write(tmp_path / "m", **FILES), plain_database.dsn)
    assert "default_transaction_read_only" in str(caught.value.hint)


def test_a_history_that_is_dropped_meanwhile_is_an_error_and_nothing_is_done(tmp_path: Path, plain_database: Database):
    folder = write(tmp_path / "m", _1_a="create table a (id int); drop table schemactl.history")
    with pytest.raises(ServerError, match="42P01"):
        apply(folder, plain_database.dsn)
    assert rows(plain_database.dsn, "select to_regclass('a')") == [(None,)]


def test_a_deadlock_is_tried_again(tmp_path: Path, plain_server: Server):
    with plain_server.database() as database, psycopg.connect(database.superuser_dsn) as other:
        with psycopg.connect(database.dsn, autocommit=True) as owner:
            owner.execute("create table a (id int); create table b (id int)")
        other.execute("lock table b")
        folder = write(tmp_path / "m", _1_a="alter table a add column x int; alter table b add column x int")
        settings = Settings(lock_timeout="40s", who="x")
        config = killing.settings_file(tmp_path, lock_timeout=settings.lock_timeout)
        with killing.started("apply", str(folder), "--database", database.dsn, "--config", str(config)) as process:
            waiting = "select 1 from pg_locks where relation = 'b'::regclass and not granted"
            killing.until(lambda: rows(database.superuser_dsn, waiting))
            other.execute("set deadlock_timeout = '10min'")
            other.execute("set lock_timeout = '30s'")
            other.execute("lock table a")
            other.rollback()
            _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert "deadlock" in errors
        assert history(database.dsn) == [("1", "applied", 2, 2)]


@pytest.fixture
def standby():
    """The DSN of a server in recovery that no primary feeds."""
    runs_as = account.choose()
    programs = binaries.embedded(runs_as).directory
    with TemporaryDirectory() as directory:
        data = Path(directory) / "data"
        runs_as.own(Path(directory))
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, cwd="/", **runs_as.spawn)
        (data / "standby.signal").touch()
        server = [
            str(programs / "postgres"),
            "-D",
            str(data),
            "-k",
            directory,
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
        ]
        with subprocess.Popen(
            server, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **runs_as.spawn
        ) as process:
            dsn = psycopg.conninfo.make_conninfo(host=directory, user="postgres", dbname="postgres")
            try:
                killing.until(lambda: answers(dsn))
                yield dsn
            finally:
                process.terminate()


def answers(dsn: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(dsn):
        return True
    return False


def test_a_standby_is_exit_code_3(tmp_path: Path, standby: str):
    result = run("apply", str(write(tmp_path / "m", **FILES)), "--database", standby)
    assert result.returncode == 3
    assert "is a standby: it takes no changes" in result.stderr
    assert "target_session_attrs" in result.stderr
    dry = run("apply", str(tmp_path / "m"), "--database", standby, "--dry-run")
    assert dry.returncode == 0
    assert "2 migrations would be applied" in dry.stdout


def test_a_login_that_takes_its_owner_s_role_makes_everything_as_that_role(
    tmp_path: Path, plain_database: Database, newcomer: str
):
    login, owner = psycopg.conninfo.conninfo_to_dict(newcomer)["user"], f"o_{plain_database.name}"
    with psycopg.connect(plain_database.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'create role "{owner}"; grant "{owner}" to "{login}"'.encode())
        admin.execute(f'alter role "{login}" set role = "{owner}"'.encode())
        admin.execute(f'alter database "{plain_database.name}" owner to "{owner}"'.encode())
        admin.execute(f'grant all on schema public to "{owner}"'.encode())
        folder = write(tmp_path / "m", _1_a="create table a ()", _2_b="create table b (); set role none; select 1")
        try:
            apply(folder, newcomer)
            write(folder, _3_c="-- schemactl:transaction=none\ncreate table c (); vacuum a; set role none; vacuum b")
            apply(folder, newcomer)
            owners = "select distinct tableowner from pg_tables where schemaname in ('public', 'schemactl')"
            assert rows(plain_database.superuser_dsn, owners) == [(owner,)]
            assert [row[1] for row in history(plain_database.superuser_dsn)] == ["applied"] * 3
        finally:
            admin.execute(f'alter database "{plain_database.name}" owner to current_user'.encode())
            admin.execute(f'drop owned by "{owner}" cascade; drop role "{owner}"'.encode())


def test_a_long_wait_is_told_while_it_lasts(plain_database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("schemactl.apply.session.LOOK_AGAIN", 0.05)
    monkeypatch.setattr("schemactl.apply.session.TELL_EVERY", 0.0)
    heard: list[Event] = []
    with (
        psycopg.connect(plain_database.dsn) as reader,
        opened(plain_database.dsn, listener=heard.append) as session,
    ):
        reader.execute("create table a (id int)")
        reader.commit()
        reader.execute("select 1 from a")
        reply, blocked = session.send("set lock_timeout = '2s'; begin; lock table a")
        session.roll_back()
        pid = reader.info.backend_pid
    assert reply.failure is not None
    assert reply.failure.sqlstate == "55P03"
    assert blocked is not None
    assert [blocker.pid for blocker in blocked.blockers] == [pid]
    told = [event.message for event in heard if isinstance(event, Note)]
    assert len(told) > 1
    assert f"for ACCESS EXCLUSIVE on a; in the way: pid {pid}" in told[0]


def test_a_wait_that_was_over_before_anybody_looked_is_told_by_who_holds_locks_now(plain_database: Database):
    with psycopg.connect(plain_database.dsn) as reader, opened(plain_database.dsn) as session:
        reader.execute("create table busy (id int); create table other (id int)")
        reader.commit()
        reader.execute("select 1 from busy")
        _, blocked = session.send("set lock_timeout = '1ms'; begin; lock table busy", 1000)
        session.roll_back()
        _, nobody = session.send("set lock_timeout = '1ms'; do $$ begin raise lock_not_available; end $$", 1000)
        pid = reader.info.backend_pid
    assert blocked is not None
    assert str(blocked).startswith(f"probably in the way, with ACCESS SHARE on busy: pid {pid}")
    assert nobody is None
