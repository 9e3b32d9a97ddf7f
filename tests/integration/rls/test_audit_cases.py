"""Every audit rule finds its bad case, and stays silent on the twin."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from tests.meta.tree import ROOT
from tests.support.access import PRISTINE
from tests.support.majors import skip_before

from schemactl.catalog.snapshot import take
from schemactl.rls import auditing, roles
from schemactl.rls.audit._facts import Facts
from schemactl.servers import Server

CASES = ROOT / "tests/cases/rls/audit"
WITHOUT_CASE = {"server-below-security-fix"}


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[psycopg.Connection]:
    with server.database("audit") as database, psycopg.connect(database.superuser_dsn) as found:
        yield found


def facts(connection: psycopg.Connection, sql: str) -> Facts:
    with connection.transaction(force_rollback=True):
        connection.execute((PRISTINE + sql).encode())
        return auditing.facts_of(take(connection), roles.read(connection))


def cases() -> list[Path]:
    return sorted(CASES.glob("*.yaml"))


def read(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return case | {twin: case.get("base", "") + case[twin] for twin in ("bad", "good")}


def test_a_view_gets_advice_that_its_server_can_follow(connection: psycopg.Connection):
    known = facts(connection, read(CASES / "view-without-security-invoker.yaml")["bad"])
    for version, advice in (
        (150000, "ALTER VIEW public.seen SET (security_invoker"),
        (140023, "REVOKE ALL ON public.seen"),
    ):
        asked = replace(known, snapshot=replace(known.snapshot, server_version=version))
        (found,) = auditing.findings(asked, ["view-without-security-invoker"])
        assert str(found.hint).startswith(advice)


@pytest.mark.every_major
@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_the_bad_case_is_found_once(connection: psycopg.Connection, path: Path):
    found = auditing.findings(facts(connection, read(path)["bad"]), [path.stem])
    assert len(found) == 1
    assert found[0].hint
    assert found[0].message.endswith(".")


@pytest.mark.every_major
@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_the_twin_is_silent(connection: psycopg.Connection, path: Path):
    skip_before(connection, read(path).get("good_since", 0))
    assert auditing.findings(facts(connection, read(path)["good"]), [path.stem]) == ()


@pytest.mark.parametrize("rule", ["truncate-granted", "broad-grant"])
def test_what_a_whole_schema_has_is_told_once(connection: psycopg.Connection, rule: str):
    sql = "".join(f"create table public.t{n} (); grant truncate, trigger on public.t{n} to anon;" for n in range(5))
    (found,) = auditing.findings(facts(connection, sql), [rule])
    assert found.object == "5 tables of schema public"
    assert "ALL TABLES IN SCHEMA public FROM anon" in (found.hint or "")


def test_every_rule_has_a_case():
    assert {path.stem for path in cases()} == set(auditing.names()) - WITHOUT_CASE


@pytest.mark.parametrize(
    ("version", "count"), [(150018, 1), (150020, 0), (180006, 1), (180007, 0), (130000, 1), (190000, 0)]
)
def test_the_server_itself(connection: psycopg.Connection, version: int, count: int):
    known = facts(connection, "")
    old = replace(known, snapshot=replace(known.snapshot, server_version=version))
    assert len(auditing.findings(old, ["server-below-security-fix"])) == count


def test_a_page_says_all():
    for name in auditing.names():
        text = (ROOT / f"src/schemactl/rls/audit/{name.replace('-', '_')}.py").read_text(encoding="utf-8")
        missing = [section for section in ("Why: ", "Bad:", "Good:", "Since: ") if f"\n{section}" not in text]
        assert missing == [], name
