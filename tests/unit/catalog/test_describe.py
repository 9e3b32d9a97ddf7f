from types import MappingProxyType
from typing import Any

import pytest

from schemactl.catalog.describe import grouped, sentence
from schemactl.catalog.difference import Change, difference
from schemactl.catalog.snapshot import Identity, Snapshot

COLUMN = Identity("column", ("public", "t", "a"))
FUNCTION = Identity("function", ("public", "f", "integer"))
KEY = Identity("constraint", ("public", "t", "t_pkey"))
INDEX = Identity("index", ("public", "t", "t_pkey"))


def changes(before: dict[Identity, Any], after: dict[Identity, Any]) -> tuple[Change, ...]:
    return difference(Snapshot(180000, MappingProxyType(before)), Snapshot(180000, MappingProxyType(after)))


@pytest.mark.parametrize(
    ("attributes", "line"),
    [
        ({"type": "integer", "not_null": True, "default": "7"}, "+ column a integer not null default 7"),
        ({"type": "integer", "not_null": False}, "+ column a integer"),
        ({"type": "bigint", "identity": "always"}, "+ column a bigint generated always as identity"),
        (
            {"type": "text", "generated": "stored", "default": "upper(b)"},
            "+ column a text generated always as (upper(b)) stored",
        ),
    ],
)
def test_a_new_column_shows_what_matters(attributes: dict[str, Any], line: str):
    assert grouped(changes({}, {COLUMN: {"position": 1, **attributes}})) == {"public.t": [line]}


def test_long_texts_are_compared_line_by_line():
    old = {"body": "begin\n  return a;\nend"}
    new = {"body": "begin\n  return a + 1;\nend"}
    assert grouped(changes({FUNCTION: old}, {FUNCTION: new}))["functions"] == [
        "~ function public.f(integer): body:",
        "       begin",
        "      -  return a;",
        "      +  return a + 1;",
        "       end",
    ]


def test_the_index_of_a_new_constraint_goes_without_saying():
    after: dict[Identity, Any] = {
        KEY: {"definition": "PRIMARY KEY (id)"},
        INDEX: {"definition": "CREATE UNIQUE INDEX t_pkey ON public.t USING btree (id)", "constraint": "t_pkey"},
    }
    assert grouped(changes({}, after)) == {"public.t": ["+ constraint t_pkey PRIMARY KEY (id)"]}
    without = {INDEX: {**after[INDEX], "constraint": None}}
    assert grouped(changes({}, without)) == {"public.t": ["+ index t_pkey unique btree (id)"]}


def test_columns_stand_in_their_order():
    table = {Identity("column", ("s", "t", name)): {"position": n, "type": "text"} for n, name in enumerate("zay", 1)}
    assert grouped(changes({}, table)) == {"s.t": ["+ column z text", "+ column a text", "+ column y text"]}


def test_a_sentence_names_what_changed():
    (change,) = changes({COLUMN: {"position": 1, "type": "text"}}, {COLUMN: {"position": 1, "type": "integer"}})
    assert sentence(change) == "changed column public.t.a: type"
    (gone,) = changes({FUNCTION: {}}, {})
    assert sentence(gone) == "removed function public.f(integer)"


@pytest.mark.parametrize(
    ("kind", "path", "name"),
    [
        ("policy", ("public", "t", "own"), "policy own on public.t"),
        ("default privileges", ("", "boss", "tables"), "default privileges of boss on tables"),
        ("default privileges", ("s", "boss", "tables"), "default privileges of boss on tables in schema s"),
        ("cast", ("a", "b"), "cast from a to b"),
        ("publication table", ("s", "t", "p"), "s.t in publication p"),
        ("procedure", ("s", "p", ""), "procedure s.p()"),
        ("schema", ("s",), "schema s"),
    ],
)
def test_names_for_people(kind: str, path: tuple[str, ...], name: str):
    assert str(Identity(kind, path)) == name
