"""A rule is as severe as what it has found: tests/cases/rls/severities.yaml."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import yaml
from tests.meta.tree import ROOT
from tests.support.access import PRISTINE

from schemactl.catalog.snapshot import take
from schemactl.rls import auditing, roles
from schemactl.rls.audit._facts import listed
from schemactl.servers import Server

RULES: dict[str, Any] = yaml.safe_load((ROOT / "tests/cases/rls/severities.yaml").read_text(encoding="utf-8"))
CASES = [(rule, given["base"], case) for rule, given in RULES.items() for case in given["cases"]]


@pytest.fixture(scope="module")
def connection(embedded_server: Server) -> Iterator[psycopg.Connection]:
    with embedded_server.database("severities") as database, psycopg.connect(database.superuser_dsn) as found:
        yield found


@pytest.mark.parametrize(("rule", "base", "case"), CASES, ids=[f"{rule}: {case['what']}" for rule, _, case in CASES])
def test_it_is_as_severe_as_it_is(connection: psycopg.Connection, rule: str, base: str, case: dict[str, Any]):
    before = audited(connection, rule, base)
    found = [one for one in audited(connection, rule, base + case["sql"]) if one not in before]
    worst = max((severity for _, severity in found), key=lambda one: one.rank, default=None)
    assert worst == case["severity"], found


def audited(connection: psycopg.Connection, rule: str, sql: str) -> list[tuple[str, Any]]:
    with connection.transaction(force_rollback=True):
        connection.execute((PRISTINE + sql).encode())
        facts = auditing.facts_of(take(connection), roles.read(connection))
        return [(found.message, found.severity) for found in auditing.findings(facts, [rule])]


ODD = """
create schema "App Data";
create role "Web User";
grant usage on schema "App Data" to "Web User";
create table "App Data"."User Notes" (id int primary key, owner text);
alter table "App Data"."User Notes" enable row level security;
create policy "It's own" on "App Data"."User Notes" to "Web User" using (owner = current_setting('app.me', true));
grant select, truncate on "App Data"."User Notes" to "Web User";
create function "App Data"."Of"("Who" text) returns setof text language sql security definer set search_path = '' as
  'select n.owner from "App Data"."User Notes" n where n.owner = "Who"';
"""


def without_platform(connection: psycopg.Connection, sql: str, rule: str) -> list[Any]:
    with connection.transaction(force_rollback=True):
        connection.execute((PRISTINE + sql).encode())
        known = roles.read(connection)
        kept = {name: role for name, role in known.items() if name == "Web User" or role.superuser}
        return list(auditing.findings(auditing.facts_of(take(connection), kept), [rule]))


def test_hints_name_roles_and_schemas_as_sql_does(connection: psycopg.Connection):
    (found,) = without_platform(connection, ODD, "truncate-granted")
    assert found.hint == 'REVOKE TRUNCATE ON "App Data"."User Notes" FROM "Web User";'


def test_without_a_platform_everybody_is_who_may_name_it(connection: psycopg.Connection):
    (found,) = without_platform(connection, ODD, "security-definer-callable-by-all")
    assert found.severity.value == "error"
    assert found.hint == 'REVOKE EXECUTE ON FUNCTION "App Data"."Of"(text) FROM PUBLIC;'
    closed = ODD + 'revoke usage on schema "App Data" from "Web User";'
    assert without_platform(connection, closed, "security-definer-callable-by-all") == []


def test_many_clients_are_counted():
    assert listed([f"r{n}" for n in range(60)]) == "r0, r1, r2, r3 and 56 more"
