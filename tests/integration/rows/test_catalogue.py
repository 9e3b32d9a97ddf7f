"""A catalogue of tables, one feature each, filled on every kind of server."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from schemactl import rows
from schemactl.catalog.snapshot import take
from schemactl.servers import Server

FOLDER = Path(__file__).parents[2] / "cases" / "rows"
TITLE = re.compile(r"^-- table: (?P<name>\w+)(?: \(needs (?P<needs>.+)\))?$", re.MULTILINE)
EXPECTED = re.compile(r"^-- (?P<what>expect|resists): (?P<text>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A table, the SQL that makes it, and what its rows, or the reason for their absence, must be."""

    name: str
    needs: str | None
    script: str
    expect: str | None
    resists: str | None


def read(path: Path) -> Iterator[Case]:
    text = path.read_text(encoding="utf-8")
    titles = list(TITLE.finditer(text))
    ends = [*(title.start() for title in titles[1:]), len(text)]
    for title, end in zip(titles, ends, strict=True):
        script = text[title.end() : end]
        found = {match["what"]: match["text"] for match in EXPECTED.finditer(script)}
        yield Case(title["name"], title["needs"], script, found.get("expect"), found.get("resists"))


CASES = {path.stem: tuple(read(path)) for path in sorted(FOLDER.glob("*.sql"))}


TYPES = {("public", case.name) for case in CASES["types"]}


@dataclass(frozen=True)
class Outcome:
    connection: psycopg.Connection[Any]
    filled: rows.Filled
    missing: frozenset[str]


@pytest.fixture(scope="module", params=sorted(CASES))
def catalogue(request: pytest.FixtureRequest, plain_server: Server) -> Iterator[tuple[str, Outcome]]:
    """All tables of one file in one database, filled at once."""
    cases = CASES[request.param]
    with (
        plain_server.database("rows") as database,
        psycopg.connect(database.superuser_dsn, autocommit=True) as connection,
    ):
        wanted = [case for case in cases if can(connection, case.needs)]
        for case in wanted:
            connection.execute(case.script.encode())
        filled = rows.fill(connection, take(connection), seed=7)
        yield request.param, Outcome(connection, filled, frozenset(c.name for c in cases if c not in wanted))


def can(connection: psycopg.Connection[Any], needs: str | None) -> bool:
    """Whether an expression that a case needs works on this server."""
    try:
        connection.execute(f"select {needs or 'true'}".encode())
    except psycopg.Error:
        return False
    return True


def test_every_table_takes_rows_or_says_why(catalogue: tuple[str, Outcome]):
    file, outcome = catalogue
    resisting = {case.name for case in CASES[file] if case.resists}
    empty = {path[-1]: str(reason) for path, reason in outcome.filled.empty.items()}
    assert empty.keys() == resisting, empty


def test_rows_are_what_the_feature_asks_for(catalogue: tuple[str, Outcome]):
    file, outcome = catalogue
    broken = {}
    for case in CASES[file]:
        if case.expect and case.name not in outcome.missing:
            query = f"select {case.expect}, array_agg({case.name}::text) from {case.name}"
            found, content = outcome.connection.execute(query.encode()).fetchone() or (None, None)
            if found is not True:
                broken[case.name] = content
    assert broken == {}


def test_what_resisted_is_named(catalogue: tuple[str, Outcome]):
    file, outcome = catalogue
    wrong = {
        case.name: str(outcome.filled.empty["public", case.name])
        for case in CASES[file]
        if case.resists and case.resists not in str(outcome.filled.empty["public", case.name])
    }
    assert wrong == {}


def test_a_column_that_may_be_null_has_both(catalogue: tuple[str, Outcome]):
    _, outcome = catalogue
    snapshot = take(outcome.connection)
    tables = snapshot.of_kind("table").keys() & TYPES
    one_sided = []
    for (schema, table, name), attributes in snapshot.of_kind("column").items():
        if (schema, table) in tables and not attributes["not_null"] and attributes["type"] != "public.slug":
            found = outcome.connection.execute(
                psycopg.sql.SQL("select count({0}) between 1 and count(*) - 1 from {1}").format(
                    psycopg.sql.Identifier(name), psycopg.sql.Identifier(schema, table)
                )
            ).fetchone()
            if found != (True,):
                one_sided.append((table, name))
    assert one_sided == []
