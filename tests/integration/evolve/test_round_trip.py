"""From any schema to any other: what `diff --sql` writes, applied, leaves no difference."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, note, settings
from tests.support.schema_pairs import ROLES, pairs
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

EXAMPLES, EXAMPLES_ELSEWHERE = 100, 12
OLDER = {
    17: {"(id + 1) stored": "(id * 2) stored"},
    15: {
        "security_invoker": "security_barrier",
        "unique nulls not distinct": "unique",
        "public.u (id, t_id) where (id > 0)": "public.u",
        "for tables in schema public": "for all tables",
    },
}
"""What servers before a version cannot do, and what stands for it.

Another expression of a generated column is another column there, which stands at the end.
"""


@pytest.fixture(scope="module")
def server(throwaway: Throwaway, kind: str) -> Iterator[Server]:
    found = throwaway(kind, "plain")
    with closing(connect(found.admin_dsn)) as connection:
        for role in ROLES:
            connection.execute(f"create role {role}".encode())
    yield found
    with closing(connect(found.admin_dsn)) as connection:
        for role in ROLES:
            connection.execute(f"drop role {role}".encode())


USUAL = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("kind", ["embedded"], indirect=True, scope="session")
@USUAL
@given(pair=pairs())
def test_applying_what_is_written_leaves_no_difference(server: Server, pair: tuple[str, str]) -> None:
    lead(server, pair)


@pytest.mark.every_major
@settings(USUAL, max_examples=EXAMPLES_ELSEWHERE)
@given(pair=pairs())
def test_every_version_is_led_the_same_way(server: Server, pair: tuple[str, str]) -> None:
    before, after = pair
    for newer, older in (words for since, table in OLDER.items() if server.major < since for words in table.items()):
        before, after = before.replace(newer, older), after.replace(newer, older)
    lead(server, (before, after))


def lead(server: Server, pair: tuple[str, str]) -> None:
    """Apply what is written from one schema of the pair to the other; nothing must be left."""
    reader = Reader(Config(), Scope())
    with server.database("before") as before, server.database("after") as after:
        for database, text in zip((before, after), pair, strict=True):
            if text:
                with closing(connect(database.dsn)) as connection:
                    connection.execute(text.encode())
        start, goal = reader.snapshot(before.dsn), reader.snapshot(after.dsn)
        found = script.write(start, goal, before.role)
        files = rendering.files(found, destructive=True, title="The way")
        note("\n".join(files))
        assert not found.unwritten
        if files:
            apply_files(reader, files, before.dsn)
        left = difference(reader.snapshot(before.dsn), goal)
        assert [(sentence(change), change.attributes) for change in left] == []
