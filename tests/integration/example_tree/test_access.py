"""Who reaches what of the example tree, at its end and at every committed point on the way there."""

import psycopg
import pytest
from tests.integration.example_tree.conftest import EXAMPLE, Session, World, files, refused, statements, value

from schemactl.servers import Server

MEANT_FOR_USERS = {
    "get_shared_song(uuid)",
    "get_active_plan_job(uuid)",
    "create_my_plan_job(boolean,jsonb)",
    "cancel_my_plan_job(uuid)",
}

# Tables without row security that a user reaches in any way, and functions that a user may call.
EXPOSED_TABLES = """
    select distinct c.relname
    from pg_class as c, unnest('{anon,authenticated}'::text[]) as role (name)
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity
      and (has_any_column_privilege(role.name, c.oid, 'select, insert, update, references')
           or has_table_privilege(role.name, c.oid, 'delete, truncate, trigger'))
"""
CALLABLE = """
    select distinct p.oid::regprocedure::text
    from pg_proc as p, unnest('{anon,authenticated}'::text[]) as role (name)
    where p.pronamespace = 'public'::regnamespace and has_function_privilege(role.name, p.oid, 'execute')
"""


def tables(session: Session) -> list[str]:
    query = "select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
    return [row[0] for row in session.execute(query)]


def test_no_committed_point_exposes_a_table_or_a_function(server: Server):
    with server.database("points") as fresh, psycopg.connect(fresh.dsn, autocommit=True) as session:
        session.execute("create table public.canary ()")
        assert session.execute(EXPOSED_TABLES).fetchall() == [("canary",)]
        session.execute("drop table public.canary")
        for path in files(EXAMPLE):
            for statement in statements(path):
                session.execute(statement.text)
                where = (path.name, statement.index)
                assert session.execute(EXPOSED_TABLES).fetchall() == [], where
                assert {name.removeprefix("public.") for (name,) in session.execute(CALLABLE)} <= MEANT_FOR_USERS, where


def test_anon_reaches_no_table(owner: Session, anon: Session):
    for table in tables(owner):
        refused(anon, "42501", f"select from {table}")
        refused(anon, "42501", f"insert into {table} default values")
        refused(anon, "42501", f"delete from {table}")


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_nobody_truncates(world: World, owner: Session, role: str):
    session = world.session(role)
    for table in tables(owner):
        refused(session, "42501", f"truncate {table}")


@pytest.mark.parametrize("claims", ["", "{}", '{"sub": null}'])
def test_a_session_without_a_person_sees_nothing(world: World, owner: Session, claims: str, order):
    order(owner, value(owner, "select id from auth.users limit 1"))
    session = world.session("authenticated")
    session.execute("select set_config('request.jwt.claims', %s, false)", [claims])
    assert session.execute("select from public.song_variants").fetchall() == []
    assert session.execute("select * from public.get_active_plan_job()").fetchall() == []
    refused(session, "42501", "select public.create_my_plan_job()")


def test_the_catalog_is_the_same_under_either_default_of_the_platform(server: Server):
    def access(prepare: str) -> list[tuple[object, ...]]:
        with server.database("grants") as fresh, psycopg.connect(fresh.dsn, autocommit=True) as session:
            session.execute(prepare)
            for path in files(EXAMPLE):
                for statement in statements(path):
                    session.execute(statement.text)
            return session.execute(
                "select relname, role.name, privilege.name, has_table_privilege(role.name, c.oid, privilege.name)"
                " from pg_class as c, unnest('{anon,authenticated,service_role}'::text[]) as role (name),"
                " unnest('{select,insert,update,delete,truncate,references,trigger}'::text[]) as privilege (name)"
                " where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1, 2, 3"
            ).fetchall()

    api = "anon, authenticated, service_role"
    given = access(f"alter default privileges in schema public grant all on tables to {api}")
    assert given == access(f"alter default privileges in schema public revoke all on tables from {api}")
