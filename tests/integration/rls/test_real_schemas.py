"""What schemas in use do, and what must not be taken for a hole, or for a table that cannot be tested."""

from collections.abc import Iterator

import psycopg
import pytest
from tests.support.access import ACTORS, NOTES, OWN, ROLES

from schemactl.rls import findings, observing, reading
from schemactl.rls.blame import Blame
from schemactl.rls.probes import Cell, Form, Verdict
from schemactl.servers import Database, Server

PRIVATE = """
tables: {notes: {allow: {user: {own: all}}}}
functions: {me: {allow: [anyone], reason: a helper}}
"""
STAMP = """
alter table notes add column updated_at timestamptz default now();
create function stamp() returns trigger language plpgsql as $$ begin new.updated_at = now(); return new; end $$;
create trigger stamp before update on notes for each row execute function stamp();
"""
FROZEN = """
create function keep() returns trigger language plpgsql as $$ begin return old; end $$;
create trigger keep before update on notes for each row execute function keep();
"""
HOME = """
create function stay() returns trigger language plpgsql as $$ begin raise 'not while it is yours'; end $$;
create trigger stay before delete on notes for each row execute function stay();
"""
FUNCTIONS = "functions: {me: {allow: [anyone], reason: a helper}}\n"
SUPABASE = """
become: supabase
actors:
  anon: {role: anon}
  user: {role: authenticated, person: ada}
  stranger: {like: user, person: bob}
"""
PROFILES = """
create table profiles (id uuid primary key references auth.users, email text not null check (email like '%@%'));
alter table profiles enable row level security;
create policy own on profiles for select to authenticated using (id = auth.uid());
create function welcome() returns trigger language plpgsql security definer set search_path = '' as $$
  begin insert into public.profiles (id, email) values (new.id, new.email); return new; end $$;
create trigger welcome after insert on auth.users for each row execute function welcome();
revoke truncate on profiles from anon, authenticated;
"""


@pytest.fixture(scope="module")
def shared(plain_server: Server) -> Iterator[Database]:
    with plain_server.database("schemas") as database:
        yield database


def try_out(database: Database, sql: str, policies: str) -> tuple[tuple[Cell, ...], list[str]]:
    """The cells, and what the test says of them."""
    read = reading.read({"app.yaml": policies})
    with (
        psycopg.connect(database.superuser_dsn, autocommit=True) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute(sql.encode())
        catalog = observing.catalog_of(connection, read)
        observation = observing.observe(connection, read, catalog)
        found = findings.of(connection, findings.Context(observation, catalog, Blame()))
    return observation.cells, [f"{one.rule}: {one.message}" for one in found if one.rule != "access-not-declared"]


def test_a_column_that_a_trigger_writes_leaves_the_table_tested(shared: Database):
    cells, found = try_out(shared, ROLES + NOTES + OWN + STAMP, ACTORS + PRIVATE)
    assert found == []
    assert {cell.case.column for cell in cells if cell.probe.form is Form.UPDATE} == {"title"}


def test_a_table_that_no_update_reaches_is_not_tested(shared: Database):
    _, found = try_out(shared, ROLES + NOTES + OWN + FROZEN, ACTORS + PRIVATE)
    assert any(one.startswith("access-not-tested") for one in found)


def test_an_error_at_ones_own_row_accuses_nobody_of_reaching_others(shared: Database):
    cells, found = try_out(shared, ROLES + NOTES + OWN + HOME, ACTORS + PRIVATE)
    assert not [one for one in found if "others' rows" in one and one.startswith("access-beyond")]
    blind = [cell for cell in cells if cell.probe.form is Form.BLIND_DELETE and cell.probe.session.name == "user"]
    assert {cell.case.label: cell.verdict for cell in blind} == {"own": Verdict.ERROR}
    assert [one.partition(":")[0] for one in found] == ["access-error"]


def test_an_error_at_anothers_row_is_still_no_denial(shared: Database):
    hole = "create policy hole on notes for delete to t_user using (true);"
    _, found = try_out(shared, ROLES + NOTES + OWN + hole + HOME, ACTORS + PRIVATE)
    assert any(one.startswith("access-beyond-policies: policy hole") for one in found)


def test_people_have_the_address_that_a_trigger_copies(embedded_database: Database):
    policies = SUPABASE + "tables: {profiles: {owner: id, allow: {user: {own: select}}}}\n"
    cells, found = try_out(embedded_database, PROFILES, policies)
    assert found == []
    assert any(cell.case.label == "own" and cell.verdict is Verdict.ALLOW for cell in cells)


@pytest.mark.parametrize(("tables", "told"), [(2, 2), (3, 1), (5, 1)])
def test_what_default_privileges_let_everybody_empty_is_told_once(shared: Database, tables: int, told: int):
    sql = "".join(
        f"create table t{n} (id int primary key); alter table t{n} enable row level security; "
        f"grant truncate on t{n} to t_user;"
        for n in range(tables)
    )
    policies = f"tables: {{{', '.join(f't{n}: {{owner: none, allow: {{}}}}' for n in range(tables))}}}\n"
    _, found = try_out(
        shared, ROLES + sql, ACTORS + policies + "functions: {me: {allow: [anyone], reason: a helper}}\n"
    )
    assert len(found) == told
    assert all("user: truncate the whole table" in one for one in found)


CHECKED = """
create table accounts (
  id int primary key, owner_id uuid not null, personal boolean not null default false, slug text,
  constraint named check ((personal and slug is null) or (not personal and slug is not null))
);
create table links (id int primary key, owner_id uuid not null, a uuid, b uuid, check (num_nonnulls(a, b) = 1));
create table sites (
  id int primary key, owner_id uuid not null, slug text not null check (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
  domain text not null check (domain ~ '^[a-z0-9-]+([.][a-z0-9-]+)+$'), page text check (page ~ '^https://')
);
alter table sites enable row level security;
alter table accounts enable row level security;
alter table links enable row level security;
"""


def test_a_check_may_want_what_no_constant_of_it_says(shared: Database):
    tables = "tables: {accounts: {allow: {}}, links: {allow: {}}, sites: {allow: {}}}\n"
    cells, found = try_out(shared, CHECKED + ROLES, ACTORS + tables + FUNCTIONS)
    assert found == []
    assert {cell.probe.table[1] for cell in cells if cell.case.row} == {"accounts", "links", "sites"}


SESSIONS = """
create table sessions (id int primary key, owner_id uuid not null, token text, expires_at timestamptz not null);
alter table sessions enable row level security;
create policy own on sessions for select to t_user using (owner_id = me());
grant select on sessions to t_user, t_guest;
create function sweep() returns trigger language plpgsql security definer as
  $$ begin delete from sessions where expires_at < now(); return null; end $$;
create trigger sweep after insert on sessions for each statement execute function sweep();
"""
PRESENTED = "tables: {sessions: {secret: [token], allow: {user: {own: select}}}}\n" + FUNCTIONS


def test_a_secret_that_may_be_absent_is_there_when_it_is_looked_for(shared: Database):
    hole = "create policy hole on sessions for select to t_guest using (token is not null);"
    _, found = try_out(shared, ROLES + SESSIONS + hole, ACTORS + PRESENTED)
    assert [one.partition(" lets")[0] for one in found] == ["access-beyond-policies: policy hole on public.sessions"]


def test_what_expires_has_not_expired(shared: Database):
    assert try_out(shared, ROLES + SESSIONS, ACTORS + PRESENTED)[1] == []


def test_a_session_has_not_expired(embedded_database: Database):
    sql = """
create table notes (id int primary key, owner_id uuid not null);
alter table notes enable row level security;
create policy own on notes to authenticated
  using (owner_id = auth.uid() and to_timestamp((auth.jwt() ->> 'exp')::bigint) > now());
revoke all on notes from anon, authenticated;
grant select on notes to authenticated;
"""
    policies = SUPABASE + "tables: {notes: {owner: owner_id, allow: {user: {own: select}}}}\n"
    assert try_out(embedded_database, sql, policies)[1] == []


def test_what_stops_many_tables_is_told_once(shared: Database):
    sql = "create function absent() returns trigger language plpgsql as $$ begin perform queue.send(); end $$;"
    for n in range(4):
        sql += f"create table q{n} (id int primary key); alter table q{n} enable row level security;"
        sql += f"create trigger absent before insert on q{n} for each row execute function absent();"
    policies = f"tables: {{{', '.join(f'q{n}: {{owner: none, allow: {{}}}}' for n in range(4))}}}\n{FUNCTIONS}"
    sql += "grant truncate on q0 to t_user;"
    _, found = try_out(shared, ROLES + sql, ACTORS + policies)
    assert len(found) == 1
    assert "public.q0, public.q1, public.q2 and 1 more are not tested" in found[0]


def test_a_view_with_its_readers_rights_is_not_told_to_take_them(shared: Database):
    sql = (
        NOTES
        + OWN
        + "create view shown with (security_invoker = true) as select * from notes; grant select on shown to t_user;"
    )
    read = reading.read({"app.yaml": ACTORS + PRIVATE.replace("all}}}}", "all}}}, shown: {owner: none, allow: {}}}")})
    with (
        psycopg.connect(shared.superuser_dsn, autocommit=True) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute((ROLES + sql).encode())
        catalog = observing.catalog_of(connection, read)
        observation = observing.observe(connection, read, catalog)
        (found,) = findings.of(connection, findings.Context(observation, catalog, Blame()))
    assert "view public.shown" in found.message
    assert "security_invoker" not in (found.hint or "")
