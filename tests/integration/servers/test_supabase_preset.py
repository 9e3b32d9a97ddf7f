"""The supabase preset against the platform's facts."""

import subprocess
from pathlib import Path

import psycopg
import pytest

from schemactl import servers
from schemactl.core.config import Grants
from schemactl.servers import Database, Server, presets
from schemactl.servers.account import choose
from schemactl.servers.binaries import embedded


@pytest.fixture
def session(database: Database):
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        yield connection


def test_migrations_run_as_postgres_who_is_no_superuser(session) -> None:
    row = session.execute(
        "select current_user, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
        " from pg_roles where rolname = current_user"
    ).fetchone()
    assert row == ("postgres", False, True, True, True, True)
    assert session.execute("show search_path").fetchone() == ('"$user", public, extensions',)


@pytest.mark.parametrize(
    ("role", "login", "inherit", "bypass"),
    [
        ("anon", False, True, False),
        ("authenticated", False, True, False),
        ("service_role", False, True, True),
        ("authenticator", True, False, False),
        ("supabase_read_only_user", True, True, True),
    ],
)
def test_roles(session, role, login, inherit, bypass) -> None:
    row = session.execute(
        "select rolcanlogin, rolinherit, rolbypassrls, rolsuper from pg_roles where rolname = %s", [role]
    ).fetchone()
    assert row == (login, inherit, bypass, False)


def test_timeouts(session) -> None:
    rows = session.execute("select rolname, rolconfig from pg_roles where rolname like 'a%%' and rolconfig is not null")
    assert dict(rows.fetchall()) == {
        "anon": ["statement_timeout=3s"],
        "authenticated": ["statement_timeout=8s"],
        "authenticator": ["statement_timeout=8s", "lock_timeout=8s"],
    }


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_postgres_and_authenticator_may_become_the_api_roles(server: Server, database: Database, role: str) -> None:
    for user in ("postgres", "authenticator"):
        with psycopg.connect(server.dsn(database.name, user)) as connection:
            connection.execute(f"set local role {role}".encode())
            assert connection.execute("select current_user").fetchone() == (role,)


@pytest.mark.parametrize(
    ("settings", "uid", "role", "email"),
    [
        ({}, None, None, None),
        ({"request.jwt.claims": ""}, None, None, None),
        (
            {"request.jwt.claims": '{"sub":"11111111-1111-1111-1111-111111111111","role":"anon","email":"a@b"}'},
            "11111111-1111-1111-1111-111111111111",
            "anon",
            "a@b",
        ),
        (
            {
                "request.jwt.claim.sub": "22222222-2222-2222-2222-222222222222",
                "request.jwt.claims": '{"sub":"11111111-1111-1111-1111-111111111111"}',
            },
            "22222222-2222-2222-2222-222222222222",
            None,
            None,
        ),
    ],
)
def test_auth_functions(session, settings, uid, role, email) -> None:
    with session.transaction():
        session.execute("set local role authenticated")
        for name, value in settings.items():
            session.execute("select set_config(%s, %s, true)", [name, value])
        row = session.execute("select auth.uid()::text, auth.role(), auth.email()").fetchone()
        claims = session.execute("select auth.jwt()").fetchone()
    assert row == (uid, role, email)
    assert (claims == (None,)) == (not settings.get("request.jwt.claims"))


def test_auth_functions_are_sql_stable_and_run_as_their_caller(session) -> None:
    rows = session.execute(
        "select l.lanname, p.provolatile, p.prosecdef, p.proowner::regrole::text from pg_proc p"
        " join pg_language l on l.oid = p.prolang where p.pronamespace = 'auth'::regnamespace"
    ).fetchall()
    assert rows == [("sql", "s", False, "supabase_auth_admin")] * 4


def test_a_profile_trigger_on_auth_users(session) -> None:
    """The commonest Supabase migration: a table that follows auth.users."""
    session.execute(
        """
        create table public.profiles (id uuid primary key references auth.users (id) on delete cascade);
        create function public.handle_new_user() returns trigger language plpgsql security definer as
          $$ begin insert into public.profiles values (new.id); return new; end $$;
        create trigger on_auth_user_created after insert on auth.users
          for each row execute function public.handle_new_user();
        insert into auth.users (id, email) values (gen_random_uuid(), 'x@example.com');
        """
    )
    assert session.execute("select count(*) from profiles").fetchone() == (1,)
    with pytest.raises(psycopg.errors.UniqueViolation):
        session.execute("insert into auth.users (id, email) values (gen_random_uuid(), 'x@example.com')")
    session.execute("insert into auth.users (id, email, is_sso_user) values (gen_random_uuid(), 'x@example.com', true)")


def test_storage(session) -> None:
    session.execute("insert into storage.buckets (id, name) values ('b', 'b')")
    session.execute("insert into storage.objects (bucket_id, name) values ('b', 'u1/album/cover.final.png')")
    row = session.execute(
        "select path_tokens, storage.foldername(name), storage.filename(name), storage.extension(name)"
        " from storage.objects"
    ).fetchone()
    assert row == (["u1", "album", "cover.final.png"], ["u1", "album"], "cover.final.png", "png")
    session.execute("create policy own on storage.objects for select using ((storage.foldername(name))[1] = 'u1')")
    with session.transaction():
        session.execute("set local role anon")
        assert session.execute("select count(*) from storage.objects").fetchone() == (1,)
        assert session.execute("select count(*) from storage.buckets").fetchone() == (0,)


def test_the_realtime_publication_is_empty_and_postgres_may_fill_it(session) -> None:
    assert session.execute("select count(*) from pg_publication_tables").fetchone() == (0,)
    session.execute("create table public.live (id int primary key)")
    session.execute("alter publication supabase_realtime add table public.live")
    assert session.execute("select tablename from pg_publication_tables").fetchall() == [("live",)]


def api_rights(database: Database) -> bool:
    with psycopg.connect(database.dsn) as connection:
        connection.execute("create table granted (id serial)")
        connection.execute("create function granted_function() returns int language sql return 1")
        connection.execute("revoke execute on function granted_function() from public")
        rights = connection.execute(
            "select has_table_privilege('anon', 'granted', 'insert'),"
            " has_sequence_privilege('authenticated', 'granted_id_seq', 'usage'),"
            " has_function_privilege('service_role', 'granted_function()', 'execute')"
        ).fetchone()
    assert rights is not None
    assert len(set(rights)) == 1
    return bool(rights[0])


def test_legacy_grants_open_new_objects_to_the_api(database: Database) -> None:
    assert api_rights(database) is True


def test_explicit_grants_do_not(kind: str) -> None:
    with servers.start(kind, preset="supabase", grants=Grants.EXPLICIT) as server:
        assert api_rights(server.create_database()) is False


def test_extensions_live_in_their_schema_where_the_server_has_them(server: Server, session) -> None:
    present = session.execute(
        "select extname from pg_extension where extnamespace = 'extensions'::regnamespace order by 1"
    ).fetchall()
    assert {name for (name,) in present} == {
        "pg_stat_statements",
        "pgcrypto",
        "uuid-ossp",
    } & server.capabilities.extensions


def test_the_scripts_run_in_psql_as_they_are(kind: str) -> None:
    folder = Path(presets.__file__).parent
    psql = embedded(choose()).directory / "psql"
    with servers.start(kind, preset="plain") as server, server.database() as database:
        for name in ("plain.sql", "supabase.sql", "supabase_legacy_grants.sql"):
            command: list[str | Path] = [
                psql,
                "-v",
                "ON_ERROR_STOP=1",
                "-qX",
                "-1",
                "-f",
                folder / name,
                database.superuser_dsn,
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr


def test_postgres_creates_extensions_that_want_a_superuser_and_is_none_afterwards(server: Server, session) -> None:
    wanted = "select name from pg_available_extension_versions where superuser and not trusted and not installed"
    (name,) = session.execute(f"{wanted} and name in ('pageinspect', 'vector', 'pg_buffercache') limit 1").fetchone()
    assert session.execute("select session_user").fetchone() == ("postgres",)
    session.execute(f"create extension {name} with schema extensions")
    assert session.execute("select rolsuper from pg_roles where rolname = 'postgres'").fetchone() == (False,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("alter role anon superuser")


def test_an_extension_that_is_not_created_leaves_postgres_without_the_right(server: Server, session) -> None:
    with pytest.raises(psycopg.Error):
        session.execute("create extension there_is_none")
    session.rollback()
    assert session.execute("select rolsuper from pg_roles where rolname = 'postgres'").fetchone() == (False,)


def test_a_postgres_that_is_a_superuser_stays_one(server: Server) -> None:
    database = server.create_database()
    with psycopg.connect(database.superuser_dsn) as session:
        session.execute("alter role postgres superuser")
        session.execute("set session authorization postgres")
        session.execute("create extension if not exists plpgsql")
        assert session.execute("select rolsuper from pg_roles where rolname = 'postgres'").fetchone() == (True,)
        session.rollback()
