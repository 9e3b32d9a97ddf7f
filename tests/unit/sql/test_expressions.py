"""Conditions as trees: what means the same is written in one way."""

import pytest

from schemactl.core.errors import SourceError
from schemactl.sql.expressions import (
    NULL,
    TRUE,
    Call,
    Column,
    Constant,
    Expression,
    check,
    columns,
    constants,
    expression,
    key_parts,
    substitute,
)

A, B = Column("a"), Column("b")


def call(name: str, *arguments: Expression) -> Call:
    return Call(name, arguments)


X, Y, ONE = Constant("x"), Constant("y"), Constant("1")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a = 'x'::text", call("=", A, X)),
        ("(a)::text = ('x'::character varying)::text", call("=", A, X)),
        ("a <> 'x'", call("not", call("=", A, X))),
        ("a != 'x'", call("not", call("=", A, X))),
        ("a = ANY (ARRAY['x'::text, 'y'::text])", call("in", A, X, Y)),
        ("a = ANY ((ARRAY['x'::varchar, 'y'::varchar])::text[])", call("in", A, X, Y)),
        ("a = ANY ('{x,y}'::text[])", call("in", A, X, Y)),
        ("a IN ('x', 'y')", call("in", A, X, Y)),
        ("a NOT IN ('x')", call("not", call("in", A, X))),
        ("a <> ALL (ARRAY['x'])", call("not", call("in", A, X))),
        ("a ~~ ANY (ARRAY['x', 'y'])", call("or", call("~~", A, X), call("~~", A, Y))),
        ("'x' = ANY (a)", call("any", Constant("="), X, A)),
        ("a BETWEEN 1 AND 1", call("and", call(">=", A, ONE), call("<=", A, ONE))),
        ("a NOT BETWEEN 1 AND 1", call("not", call("and", call(">=", A, ONE), call("<=", A, ONE)))),
        ("a IS NOT NULL", call("not", call("is null", A))),
        ("a IS NOT TRUE", call("not", call("is true", A))),
        ("a IS UNKNOWN", call("is null", A)),
        ("NOT NOT a", A),
        ("a IS DISTINCT FROM b", call("not", call("is same", A, B))),
        ("a IS NOT DISTINCT FROM b", call("is same", A, B)),
        ("a !~~ 'x'", call("not", call("~~", A, X))),
        ("char_length((a)::text) > -1", call(">", call("length", A), Constant("-1"))),
        ("a > - 1.5", call(">", A, Constant("-1.5"))),
        ("CASE a WHEN 'x' THEN b END", call("case", call("=", A, X), B, NULL)),
        ("a = true AND b = NULL", call("and", call("=", A, TRUE), call("=", B, NULL))),
        ("COALESCE(a, b)", call("coalesce", A, B)),
        ("GREATEST(a, 1)", call("greatest", A, ONE)),
        ("LEAST(a, 1)", call("least", A, ONE)),
        ("t.a OPERATOR(public.@>) b", call("@>", A, B)),
        ('"a" COLLATE "C" = \'\'', call("=", A, Constant(""))),
        ("EXTRACT(year FROM a)", call("extract", Constant("year"), A)),
        ("a[1]", call("?", A, ONE)),
        ("a <= CURRENT_DATE", call("<=", A, call("current_date"))),
        ("a < now()", call("<", A, call("now"))),
        ("VALUE > 0", call(">", Column("value"), Constant("0"))),
    ],
)
def test_trees(text: str, tree: Expression):
    assert expression(text) == tree


@pytest.mark.parametrize("text", ["a +", "", "1; select 2 from", "a from t where ("])
def test_what_is_no_expression_is_refused(text: str):
    with pytest.raises(SourceError):
        expression(text)


def test_a_check_gives_its_text_and_tree():
    assert check("CHECK ((a = 1)) NO INHERIT") == ("((a = 1))", call("=", A, ONE))


def test_parts_of_keys():
    index = "CREATE UNIQUE INDEX i ON public.t USING btree (lower(b), a) WHERE (b IS NOT NULL)"
    assert key_parts(index) == ((call("lower", B), A), call("not", call("is null", B)))
    assert key_parts("CREATE UNIQUE INDEX i ON t USING btree (a)") == ((A,), TRUE)
    assert key_parts("EXCLUDE USING gist (a WITH =, b WITH &&) WHERE ((a > 1))") == ((A, B), call(">", A, ONE))


def test_columns_and_constants_of_a_tree():
    tree = expression("a IN ('x', 'y') OR NOT starts_with(b, 'x') OR a IS NULL")
    assert columns(tree) == {"a", "b"}
    assert constants(tree) == ("x", "y", "x")


def test_columns_are_replaced_everywhere():
    tree = substitute(expression("a > 1 AND NOT a = b"), {"a": expression("length(b)")})
    assert tree == expression("length(b) > 1 AND NOT length(b) = b")
