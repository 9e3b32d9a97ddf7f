"""Every hole that only behaviour shows is found, in the form that shows it; the twin passes whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from tests.meta.tree import ROOT
from tests.support.access import ACTORS, ROLES
from tests.support.majors import skip_before

from schemactl.rls import findings, observing, reading
from schemactl.rls.blame import Blame
from schemactl.rls.observing import Observation
from schemactl.servers import Database, Server

pytestmark = pytest.mark.every_major
CASES = ROOT / "tests/cases/rls/behaviour"
MERGE_SINCE = 150000
FUNCTIONS = "\nfunctions: {me: {allow: [anyone], reason: a helper}}\n"


@pytest.fixture(scope="module")
def shared(plain_server: Server) -> Iterator[Database]:
    with plain_server.database("behaviour") as database:
        yield database


@pytest.fixture
def connection(shared: Database) -> Iterator[psycopg.Connection]:
    """A session of its own: a setting once set is never absent again."""
    with psycopg.connect(shared.superuser_dsn, autocommit=True) as found:
        yield found


def cases() -> list[Path]:
    return sorted(CASES.glob("*.yaml"))


def observe(connection: psycopg.Connection, path: Path, twin: str) -> tuple[Observation, list[str]]:
    case: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    policies = case["policies"] + ("" if "functions:" in case["policies"] else FUNCTIONS)
    actors = ACTORS if "actors:" not in policies else "become: {setting: app.user_id}\nowner: owner_id\n"
    read = reading.read({path.name: actors + policies})
    with connection.transaction(force_rollback=True):
        connection.execute((ROLES + case["base"] + case[twin]).encode())
        catalog = observing.catalog_of(connection, read)
        observation = observing.observe(connection, read, catalog)
        found = findings.of(connection, findings.Context(observation, catalog, Blame()))
    return observation, [f"{one.rule}: {one.message}" for one in found if one.rule != "access-not-declared"]


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_the_hole_is_found_in_its_forms(connection: psycopg.Connection, path: Path):
    observation, found = observe(connection, path, "bad")
    failed = {cell.probe.form.value for cell in observation.cells if not cell.passed}
    wanted = set(yaml.safe_load(path.read_text(encoding="utf-8"))["forms"])
    if connection.info.server_version < MERGE_SINCE:
        wanted.discard("merge")
    assert wanted <= failed
    assert found


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_the_twin_passes(connection: psycopg.Connection, path: Path):
    skip_before(connection, yaml.safe_load(path.read_text(encoding="utf-8")).get("good_since", 0))
    observation, found = observe(connection, path, "good")
    failed = [
        (c.probe.session.name, c.probe.statement, c.case, c.verdict, c.message)
        for c in observation.cells
        if not c.passed
    ]
    assert failed == []
    assert [one for one in found if not one.startswith("nullable-owner-column")] == []
