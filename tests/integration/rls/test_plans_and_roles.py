"""Row security is the server's: what of it the tests take for granted."""

import psycopg
from tests.support.access import NOTES, OWN, ROLES

from schemactl.servers import Server

ADA, BOB = "a0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002"


def test_a_prepared_plan_is_made_anew_for_another_role(plain_server: Server):
    """Defects of servers below the security fixes: a plan made for one role, run for another."""
    with (
        plain_server.database("plans") as database,
        psycopg.connect(database.superuser_dsn, autocommit=True) as connection,
    ):
        connection.execute((ROLES + NOTES + OWN + "grant select on notes to t_guest;").encode())
        connection.execute("create policy none on notes for select to t_guest using (false)")
        connection.execute("insert into notes (owner_id, title) values (%s, 'hers'), (%s, 'his')", [ADA, BOB])
        connection.execute("prepare seen as select title from notes; set plan_cache_mode = force_generic_plan")
        seen = {}
        for role, person in (("t_user", ADA), ("t_user", BOB), ("t_guest", ADA), ("t_user", ADA)):
            connection.execute(f"set role {role}; select set_config('app.user_id', '{person}', false)".encode())
            seen[role, person] = [title for (title,) in connection.execute("execute seen").fetchall()]
            connection.execute("reset role")
        assert seen == {("t_user", ADA): ["hers"], ("t_user", BOB): ["his"], ("t_guest", ADA): []}
