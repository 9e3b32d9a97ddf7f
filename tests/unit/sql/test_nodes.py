"""Looking for nodes in parse trees."""

import pytest

from schemactl.sql.nodes import of_kind, walk
from schemactl.sql.parse import parse

TEXT = """
SELECT a.x, f(g(b.y)), (SELECT h(z) FROM c WHERE c.k = i(a.x))
FROM a JOIN LATERAL (SELECT j(q) FROM b) AS d ON k() WHERE EXISTS (SELECT FROM e) AND NOT l(m()) ORDER BY n();
"""


@pytest.mark.parametrize("into_subqueries", [True, False])
@pytest.mark.parametrize("kind", ["FuncCall", "ColumnRef", "RangeVar", "BoolExpr"])
def test_the_nodes_of_a_kind_are_those_of_the_walk(kind: str, into_subqueries: bool):
    (statement,) = parse(TEXT).statements
    walked = [inner for found, inner in walk(statement.node, into_subqueries=into_subqueries) if found == kind]
    assert walked
    assert list(of_kind(statement.node, kind, into_subqueries=into_subqueries)) == walked
