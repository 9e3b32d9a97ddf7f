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
