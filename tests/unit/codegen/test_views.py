from collections.abc import Sequence

import pytest

from schemactl.codegen.views.query import columns
from schemactl.codegen.views.scope import Origin, Output
from schemactl.sql.names import Name
from schemactl.sql.parse import parse

A, B = Name("public", "a"), Name("public", "b")
TABLES = {
    A: [Output("id", Origin(A, "id"), not_null=True), Output("n", Origin(A, "n"))],
    B: [Output("id", Origin(B, "id"), not_null=True), Output("a_id", Origin(B, "a_id"), not_null=True)],
}


def read(query: str) -> Sequence[Output]:
    (statement,) = parse(query).statements
    return columns(statement.node, lambda name: TABLES.get(name, ()))


@pytest.mark.parametrize(
    ("query", "origins"),
    [
        ("select id, n from public.a", [("a", "id"), ("a", "n")]),
        ("select x.n as m from public.a x(i, n)", [("a", "n")]),
        ("select id + 1 as e from public.a", [None]),
        ("select b.a_id, a.id from public.b left join public.a on a.id = b.a_id", [("b", "a_id"), ("a", "id")]),
        ("select id from public.a join public.b using (id)", [("a", "id")]),
        ("select id from public.a right join public.b using (id)", [("b", "id")]),
        ("select id from public.a full join public.b using (id)", [None]),
        ("with q as (select a_id from public.b) select q.a_id from q", [("b", "a_id")]),
        ("select s.k from (select a_id as k from public.b) s", [("b", "a_id")]),
        ("select id from public.a union select id from public.b", [None]),
        (
            "with recursive t as (select id from public.a union all select t.id from t) select t.id from t",
            [None],
        ),
        ("select f.x from generate_series(1, 2) f(x)", [None]),
    ],
)
def test_a_column_is_traced_to_its_table(query: str, origins: list[tuple[str, str] | None]):
    found = [(output.origin.table.name, output.origin.column) if output.origin else None for output in read(query)]
    assert found == origins


@pytest.mark.parametrize(
    ("expression", "never_null"),
    [
        ("id", True),
        ("n", False),
        ("coalesce(n, 0)", True),
        ("coalesce(n, null)", False),
        ("id + 1", True),
        ("id + n", False),
        ("count(n)", True),
        ("sum(id)", False),
        ("now()", True),
        ("case when n > 1 then 1 else 2 end", True),
        ("case when n > 1 then 1 end", False),
        ("exists (select)", True),
        ("(select 1)", False),
        ("n is null", True),
        ("id::text", True),
        ("id::integer", False),
        ("count(*)::integer", True),
        ("jsonb_build_object('a', n)", True),
        ("nullif(id, 1)", False),
        ("max(id) over ()", False),
        ("id = any ('{}')", False),
        ("my_function(id)", False),
    ],
)
def test_an_expression_is_never_null_only_where_that_is_certain(expression: str, never_null: bool):
    (output,) = read(f"select {expression} as e from public.a")
    assert output.not_null is never_null


@pytest.mark.parametrize(
    ("query", "never_null"),
    [
        ("select a.id, b.id from public.a left join public.b on true", [True, False]),
        ("select a.id, b.id from public.a right join public.b on true", [False, True]),
        ("select a.id, b.id from public.a full join public.b on true", [False, False]),
        ("select a.id, b.id from public.a join public.b on true", [True, True]),
        ("select a.id, b.id from public.a left join public.b on true where b.id is not null", [True, True]),
        ("select n from public.a where n is not null", [True]),
        ("select n from public.a where n > 3 and id = 2", [True]),
        ("select n from public.a where n > 3 or id = 2", [False]),
        ("select a.n from public.a join public.b on a.n = b.id", [True]),
        ("select a.n from public.a left join public.b on a.n = b.id", [False]),
        ("select n, sum(id) as s from public.a group by n", [False, True]),
        ("select id, sum(id) as s from public.a group by rollup (id)", [False, False]),
        ("select sum(id) filter (where n > 1) as s from public.a group by n", [False]),
        ("select id from public.a union select n from public.a", [False]),
        ("select id from public.a except select n from public.a", [True]),
        ("values (1, null), (2, 3)", [True, False]),
    ],
)
def test_a_query_says_which_columns_are_never_null(query: str, never_null: list[bool]):
    assert [output.not_null for output in read(query)] == never_null
