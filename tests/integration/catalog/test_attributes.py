import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from schemactl.catalog.difference import Action, Change, difference
from schemactl.catalog.snapshot import Snapshot, take
from schemactl.servers import Server

Connection = psycopg.Connection[Any]
FOLDER = Path(__file__).parents[2] / "cases" / "catalog"
TITLE = re.compile(r"^-- case: (?P<name>.+?)(?: \(since (?P<since>\d+)\))?$", re.MULTILINE)
EXPECTED = re.compile(r"^-- expect: (?P<object>[^:\n]+)(?:: (?P<attributes>.+))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """Two scripts, and what the second one must change: object → names of the attributes."""

    name: str
    since: int
    setup: str
    change: str
    expected: dict[str, set[str]]


def read(path: Path) -> Iterator[Case]:
    text = path.read_text(encoding="utf-8")
    titles = list(TITLE.finditer(text))
    ends = [*(title.start() for title in titles[1:]), len(text)]
    for title, end in zip(titles, ends, strict=True):
        setup, change = text[title.end() : end].split("-- change\n")
        expected = {
            found["object"]: set(found["attributes"].split(", ")) if found["attributes"] else set()
            for found in EXPECTED.finditer(change)
        }
        yield Case(title["name"], int(title["since"] or 0), setup, change, expected)


CASES = [
    pytest.param(case, id=f"{path.stem}-{case.name}") for path in sorted(FOLDER.glob("*.sql")) for case in read(path)
]


@pytest.fixture(scope="module")
def connection(plain_server: Server) -> Iterator[Connection]:
    """One database for all cases: each runs in a transaction that is rolled back."""
    with plain_server.database("attributes") as database, psycopg.connect(database.dsn, autocommit=True) as opened:
        yield opened


def states(connection: Connection, *scripts: str) -> list[Snapshot]:
    """A snapshot after each script, all in one transaction that leaves nothing."""
    taken = []
    with connection.transaction(force_rollback=True):
        connection.execute("create role app; create role boss; create schema s")
        for script in scripts:
            connection.execute("set local search_path = s;" + script)
            taken.append(take(connection))
    return taken


def in_short(changes: tuple[Change, ...]) -> dict[str, set[str]]:
    return {
        f"{change.action} {change.object.kind} {'.'.join(change.object.path)}": (
            {attribute.name for attribute in change.attributes} if change.action is Action.CHANGED else set()
        )
        for change in changes
    }


@pytest.mark.parametrize("case", CASES)
def test_the_difference_shows_exactly_what_changed(connection: Connection, case: Case):
    if connection.info.server_version // 10000 < case.since:
        with pytest.raises(psycopg.Error):
            states(connection, case.setup + case.change)
        return
    before, after = states(connection, case.setup, case.change)
    changes = difference(before, after)
    assert in_short(changes) == case.expected
    assert (before.fingerprint == after.fingerprint) == (not changes)
    (again,) = states(connection, case.setup + case.change)
    assert difference(after, again) == ()
    assert after.fingerprint == again.fingerprint
