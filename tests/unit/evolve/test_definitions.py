"""What is read from definitions: names, arguments, conversions of values."""

import pytest

from schemactl.evolve import references
from schemactl.evolve.naming import dollars, unless
from schemactl.evolve.writers import routines
from schemactl.evolve.writers.casts import conversion, is_one_value
from schemactl.evolve.writers.types import is_subsequence


def test_every_qualified_name_of_a_text_is_found():
    text = (
        'SELECT a FROM public.t JOIN other."Odd ""one"" x" o'
        " ON (t.id OPERATOR(public.=~=) nextval('public.s'::regclass))"
    )
    assert {("public", "t"), ("other", 'Odd "one" x'), ("public", "=~="), ("public", "s")} <= references.pairs(text)


def test_a_path_is_read_from_its_sql():
    assert references.qualified('public."T".c') == ("public", "T", "c")


@pytest.mark.parametrize(
    ("before", "after", "in_place"),
    [
        ("a integer, b text DEFAULT 'x, y'::text", "a integer, b text", False),
        ("a integer, b text", "a integer, b text DEFAULT 'x, y'::text", True),
        ("a numeric DEFAULT round((1)::numeric, 2), b text", "a numeric DEFAULT 1, b text", True),
        ("a integer", "b integer", False),
    ],
)
def test_a_function_is_replaced_in_place_while_callers_stay_right(before: str, after: str, in_place: bool):
    old, new = ({"arguments": text, "result": "integer"} for text in (before, after))
    assert routines.alterable(old, new) is in_place


def test_another_result_needs_another_function():
    assert not routines.alterable({"result": "integer"}, {"result": "bigint"})


@pytest.mark.parametrize(
    ("before", "after", "using", "loses"),
    [
        ("character varying(20)", "character varying(40)", None, False),
        ("character varying(40)", "text", None, False),
        ("integer", "bigint", None, False),
        ("numeric(10,4)", "numeric(10,2)", None, True),
        ("double precision", "integer", None, True),
        ("timestamp with time zone", "date", "{}::date", True),
        ("text", "jsonb", "{}::jsonb", False),
        ("jsonb", "integer", "{}::text::integer", False),
    ],
)
def test_what_a_change_of_type_does(before: str, after: str, using: str | None, loses: bool):
    found = conversion(before, after)
    assert (found.using, bool(found.loses)) == (using, loses)


def test_lengthening_says_nothing_and_shortening_does():
    assert conversion("character varying(20)", "character varying(40)").note is None
    assert conversion("character varying(40)", "character varying(20)").note


@pytest.mark.parametrize(
    ("expression", "one"), [("'x'::text", True), ("now()", True), ("gen_random_uuid()", False), ("public.f()", False)]
)
def test_a_default_is_one_value_or_many(expression: str, one: bool):
    assert is_one_value(expression) is one


def test_labels_are_only_added_where_their_order_stays():
    assert is_subsequence(["a", "c"], ["a", "b", "c"])
    assert not is_subsequence(["c", "a"], ["a", "b", "c"])
    assert not is_subsequence(["a", "d"], ["a", "b", "c"])


def test_bodies_and_guards_choose_dollars_that_the_text_does_not_hold():
    assert dollars("select '$$'") == "$body$select '$$'$body$"
    assert unless("SELECT", "CREATE x AS $$y$$").startswith("DO $guard$")
