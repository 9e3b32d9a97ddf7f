import pytest

from schemactl.db.query import commands, fill


def test_variables_are_quoted_as_psql_quotes_them():
    text = "select :'a'::text, x::int, ':no' from :\"t\" where b = :'b' and c = any(:'c')"
    assert fill(text, a="it's", t='na"me', b=None, c=["x", "y"]) == (
        "select 'it''s'::text, x::int, ':no' from \"na\"\"me\" where b = NULL and c = any('{x,y}')"
    )


def test_a_variable_in_a_value_is_left_alone():
    assert fill(":'a'", a=":'b'") == "':''b'''"


def test_a_missing_value_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        fill(":'missing'")


def test_commands_split_at_line_ends_and_not_inside_values():
    found = commands("schemactl.apply", "queries/fail.sql", id="1", error="a;\nb")
    assert len(found) == 1
    assert "'a;\nb'" in found[0]
