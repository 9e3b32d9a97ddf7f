import pytest

from schemactl.catalog import wording


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (" SELECT t.id,\n    t.name\n   FROM s.t\n  WHERE (t.id > 0);",
         " SELECT id,\n    name\n   FROM s.t\n  WHERE (id > 0);"),
        (' SELECT "T x"."a.b"\n   FROM s."T x";', ' SELECT "a.b"\n   FROM s."T x";'),
        (" SELECT (t.*)::text AS w, t.*::s.t AS r FROM s.t;", " SELECT (t.*)::text AS w, t.*::s.t AS r FROM s.t;"),
        (" SELECT 'é', t.id FROM t ORDER BY t.id;", " SELECT 'é', id FROM t ORDER BY id;"),
        (" SELECT a.id FROM t a JOIN t b ON a.id = b.id;", " SELECT a.id FROM t a JOIN t b ON a.id = b.id;"),
        (
            " SELECT t.id FROM t WHERE (EXISTS ( SELECT FROM u WHERE (u.t = t.id)));",
            " SELECT id FROM t WHERE (EXISTS ( SELECT FROM u WHERE (u.t = t.id)));",
        ),
        (" SELECT s.id FROM ( SELECT t.id FROM t) s;", " SELECT id FROM ( SELECT t.id FROM t) s;"),
        (" SELECT t.id FROM t UNION SELECT 1;", " SELECT t.id FROM t UNION SELECT 1;"),
        (" VALUES (1);", " VALUES (1);"),
        ("not sql", "not sql"),
    ],
)  # fmt: skip
def test_a_view_is_worded_as_newer_servers_do(older: str, newer: str):
    assert wording.view(older) == newer
    assert wording.view(newer) == newer
