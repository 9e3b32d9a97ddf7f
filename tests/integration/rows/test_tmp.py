"""Conditions that some row satisfies are satisfied: the row is drawn first, then conditions that are true of it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemactl import rows
from schemactl.catalog.snapshot import take
from schemactl.servers import Server

WORDS = ("idle", "busy", "done", "a-b", "x_1", "Zz")
COLUMNS = {
    "i": ("integer", st.integers(-20, 60)),
    "j": ("integer", st.integers(-20, 60)),
    "n": ("numeric(6, 2)", st.decimals(-50, 50, places=2)),
    "s": ("text", st.sampled_from(WORDS)),
    "t": ("varchar(12)", st.sampled_from(WORDS)),
    "d": ("date", st.dates().filter(lambda day: 2000 < day.year < 2030)),
    "m": ("timestamptz", st.sampled_from(["2024-01-01 00:00+00", "2024-06-30 12:00+00", "2025-12-31 23:59+00"])),
    "b": ("boolean", st.booleans()),
    "a": ("text[]", st.lists(st.sampled_from(WORDS), max_size=3)),
}
NUMBERS, TEXTS, MOMENTS = ("i", "j", "n"), ("s", "t"), ("d", "m")
comparisons = st.sampled_from(["<", "<=", ">", ">=", "=", "<>"])
ranges = st.sampled_from(["<", "<=", ">", ">=", "<>"])
quoted = st.sampled_from(WORDS).map(lambda word: f"'{word}'")
days = st.sampled_from(["'2001-02-03'", "'2024-01-01'", "'2024-02-29'", "'2029-12-31'"])


def one_of(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


def joined(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map(" ".join)


constants = st.integers(-20, 60).map(str)
atoms = st.one_of(
    joined(one_of(*NUMBERS), comparisons, constants),
    joined(one_of(*NUMBERS), "between -5 and", constants),
    joined(one_of("i", "j"), "in (1, 2, 40,", constants, ")"),
    joined(one_of("i"), ranges, one_of("j", "n")),
    joined(one_of(*TEXTS), st.sampled_from(["=", "<>"]), quoted),
    joined(one_of(*TEXTS), "in (", quoted, ",", quoted, ")"),
    joined("length(", one_of(*TEXTS), ")", ranges, st.integers(1, 6).map(str)),
    joined(
        one_of(*TEXTS), st.sampled_from(["~", "!~"]), st.sampled_from(["'^[a-z]+$'", "'-'", "'^[A-Z]'", "'[0-9]$'"])
    ),
    joined(one_of(*TEXTS), st.sampled_from(["like", "not like"]), st.sampled_from(["'a%'", "'%e'", "'_d%'"])),
    joined(one_of(*MOMENTS), ranges, days),
    joined("d", ranges, "m::date"),
    joined(one_of(*COLUMNS), st.sampled_from(["is null", "is not null"])),
    joined("b", st.sampled_from(["is true", "is not true", "is false", "= true", ""])),
    joined("cardinality(a)", ranges, st.integers(0, 3).map(str)),
    joined(quoted, "= any (a)"),
    joined("num_nonnulls(i, s, d)", ranges, st.integers(0, 3).map(str)),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        joined("(", inner, ") and (", inner, ")"),
        joined("(", inner, ") or (", inner, ")"),
        joined("not (", inner, ")"),
        joined("(", inner, ") = (", inner, ")"),
        joined("case when", inner, "then", inner, "else", inner, "end"),
    ),
    max_leaves=4,
)
witnesses = st.fixed_dictionaries({name: st.none() | values for name, (_, values) in COLUMNS.items()})


@pytest.fixture(scope="module")
def connection(plain_server: Server) -> Iterator[psycopg.Connection[Any]]:
    with plain_server.database("conjunctions") as database, psycopg.connect(database.dsn, autocommit=True) as opened:
        yield opened


@settings(max_examples=2500, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(witness=witnesses, drawn=st.lists(conditions, min_size=1, max_size=5), seed=st.integers(0, 99))
def test_what_one_row_satisfies_is_found(
    connection: psycopg.Connection[Any], witness: dict[str, Any], drawn: list[str], seed: int
):
    typed = ", ".join(f"%s::{kind} as {name}" for name, (kind, _) in COLUMNS.items())
    with connection.transaction(force_rollback=True):
        holding = []
        for condition in drawn:
            query = f"select {condition.replace('%', '%%')} from (select {typed}) as witness"
            (holds,) = connection.execute(query.encode(), [witness[name] for name in COLUMNS]).fetchone() or (None,)
            holding.append(condition if holds is not False else f"not ({condition})")
        columns = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
        checks = ", ".join(f"check ({condition})" for condition in holding)
        connection.execute(f"create table t ({columns}, {checks})".encode())
        filled = rows.fill(connection, take(connection), seed=seed, per_table=3)
    assert filled.empty == {}
