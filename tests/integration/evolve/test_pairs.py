"""Pairs of schemas that are hard on the order of statements: each is led to the other, and made from nothing."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from tests.support.servers import Throwaway

from schemactl.apply.sources import Reader
from schemactl.catalog.describe import sentence
from schemactl.catalog.difference import difference
from schemactl.catalog.scope import Scope
from schemactl.core.config import Config
from schemactl.db.connect import connect
from schemactl.evolve import rendering, script
from schemactl.evolve.proving import apply_files
from schemactl.servers import Server

ROLES = ("pairs_reader", "pairs_writer", '"Pairs Role"')
CASES = yaml.safe_load((Path(__file__).parents[2] / "cases/evolve/pairs.yaml").read_text(encoding="utf-8"))
# What only another table would change, and is noted.
SETTLED = {"column_order", "inherited"}


@pytest.fixture(scope="module")
def server(throwaway: Throwaway) -> Iterator[Server]:
    found = throwaway("embedded", "plain")
    execute(found.admin_dsn, *(f"create role {role}" for role in ROLES))
    yield found
    execute(found.admin_dsn, *(f"drop role {role}" for role in ROLES))


def execute(dsn: str, *statements: str) -> None:
    with closing(connect(dsn)) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["pair"])
def test_each_leads_to_the_other_and_nothing_to_both(server: Server, case: dict[str, str]):
    reader = Reader(Config(), Scope())
    with server.database("nothing") as nothing, server.database("before") as before, server.database("after") as after:
        execute(before.superuser_dsn, case["before"])
        execute(after.superuser_dsn, case["after"])
        ends = {database.name: reader.snapshot(database.dsn) for database in (nothing, before, after)}
        for start, goal in ((before, after), (after, before), (nothing, before), (nothing, after)):
            clone = server.clone(start)
            try:
                found = script.write(ends[start.name], ends[goal.name], clone.role)
                assert not found.unwritten
                apply_files(reader, rendering.files(found, destructive=True, title="The way"), clone.dsn)
                left = difference(reader.snapshot(clone.dsn), ends[goal.name])
                assert [
                    sentence(change) for change in left if {a.name for a in change.attributes}.difference(SETTLED)
                ] == []
            finally:
                server.drop(clone)
