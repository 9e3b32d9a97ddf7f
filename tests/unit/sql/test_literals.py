import pytest

from schemactl.sql.enums import uses_of_new_values
from schemactl.sql.literals import Column, columns_of
from schemactl.sql.names import Name
from schemactl.sql.parse import parse

T, U = Name(None, "t"), Name("s", "u")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSERT INTO t VALUES (1, 'x')", [(T, 2)]),
        ("INSERT INTO s.u (a, b) VALUES ('y', 'x'), ('x', 'y')", [(U, "b"), (U, "a")]),
        ("INSERT INTO t (a) SELECT 'x' FROM s.u", [(T, "a")]),
        ("INSERT INTO t VALUES ('y') ON CONFLICT (a) DO UPDATE SET b = 'x'", [(T, "b")]),
        ("UPDATE t SET a = 'x'", [(T, "a")]),
        ("UPDATE t SET a = CASE WHEN b THEN 'x' ELSE 'y' END", [(T, "a")]),
        ("UPDATE t SET a = coalesce(a, 'x')", [(T, "a")]),
        ("DELETE FROM t WHERE a IN ('y', 'x')", [(T, "a")]),
        ("DELETE FROM t WHERE a = ANY (ARRAY['x'])", [(T, "a")]),
        ("SELECT 1 FROM t WHERE 'x' = a", [(T, "a")]),
        ("SELECT 1 FROM t one JOIN s.u two ON two.a = 'x'", [(U, "a")]),
        ("SELECT 1 FROM t JOIN s.u ON a = 'x'", []),
        ("ALTER TABLE t ALTER a SET DEFAULT 'x'", [(T, "a")]),
        ("ALTER TABLE t ADD CHECK (a <> 'x')", [(T, "a")]),
        ("CREATE INDEX ON s.u (b) WHERE a = 'x'", [(U, "a")]),
        ("CREATE POLICY p ON t USING (a = 'x')", [(T, "a")]),
        ("SELECT 'x', lower('x')", []),
        ("SELECT 1 FROM t WHERE a = 'y'", []),
        ("INSERT INTO t DEFAULT VALUES", []),
    ],
)
def test_a_literal_meets_these_columns(text, expected):
    (statement,) = parse(text, "f.sql").statements
    assert list(columns_of(statement.node, "x")) == [Column(*pair) for pair in expected]


@pytest.mark.parametrize(("answer", "certain"), [(True, [True]), (None, [False]), (False, [])])
def test_who_knows_the_column_decides_about_a_use(answer: bool | None, certain: list[bool]):
    script = parse("ALTER TYPE mood ADD VALUE 'x'; UPDATE t SET a = 'x'", "f.sql")
    asked = []

    def is_of_type(column: Column, enum: Name) -> bool | None:
        asked.append((column, enum))
        return answer

    assert [use.certain for use in uses_of_new_values(script.statements, 18, is_of_type)] == certain
    assert asked == [(Column(T, "a"), Name(None, "mood"))]
