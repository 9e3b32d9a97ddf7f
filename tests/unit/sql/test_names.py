import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.sql.default_names import constraint_name, index_name, object_name
from schemactl.sql.names import Name, literal, quoted, truncated
from schemactl.sql.parse import parse

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\x00")
IDENTIFIERS = st.text(CHARACTERS, min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("orders", "orders"),
        ("a1$_b", "a1$_b"),
        ("Orders", '"Orders"'),
        ("two words", '"two words"'),
        ('a"b', '"a""b"'),
        ("1st", '"1st"'),
        ("é", '"é"'),
        ("table", '"table"'),
        ("int", '"int"'),
        ("left", '"left"'),
        ("name", "name"),
        ("", '""'),
    ],
)
def test_identifiers_are_quoted_where_they_must_be(identifier, expected):
    assert quoted(identifier) == expected


@given(IDENTIFIERS)
def test_a_quoted_identifier_reads_back_as_itself(identifier):
    (statement,) = parse(f"SELECT * FROM {quoted(identifier)}", "f.sql").statements
    assert statement.node["fromClause"][0]["RangeVar"]["relname"] == truncated(identifier)


@given(st.text(CHARACTERS, max_size=40))
def test_a_literal_reads_back_as_its_text(text):
    (statement,) = parse(f"SELECT {literal(text)}", "f.sql").statements
    constant = statement.node["targetList"][0]["ResTarget"]["val"]["A_Const"]
    assert constant["sval"].get("sval", "") == text


def test_names_are_written_and_compared():
    assert str(Name("s", "Big")) == 's."Big"'
    assert str(Name(None, "t")) == "t"
    assert Name(None, "t").key == Name("public", "t").key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CREATE INDEX ON t (a)", "t_a_idx"),
        ("CREATE INDEX ON t (a, a)", "t_a_a1_idx"),
        ("CREATE INDEX ON t ((a + 1), (b + 1))", "t_expr_expr1_idx"),
        (
            "CREATE INDEX ON t (lower(a) COLLATE \"C\", coalesce(b, 1), (c::text), ('x'::text))",
            "t_lower_coalesce_c_text_idx",
        ),
        ("CREATE INDEX given ON t (a)", "given"),
    ],
)
def test_an_index_gets_the_servers_name(text, expected):
    (statement,) = parse(text, "f.sql").statements
    assert index_name(statement.node) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ADD PRIMARY KEY (a)", "t_pkey"),
        ("ADD UNIQUE (a, b)", "t_a_b_key"),
        ("ADD FOREIGN KEY (a) REFERENCES u", "t_a_fkey"),
        ("ADD CHECK (a > 0 AND a < 9)", "t_a_check"),
        ("ADD CHECK (a > b)", "t_check"),
        ("ADD EXCLUDE USING gist (r WITH &&)", "t_r_excl"),
        ("ADD CONSTRAINT x CHECK (a > b)", "x"),
        ("ADD UNIQUE USING INDEX i", None),
    ],
)
def test_a_constraint_gets_the_servers_name(text, expected):
    (statement,) = parse(f"ALTER TABLE t {text}", "f.sql").statements
    assert constraint_name("t", statement.node["cmds"][0]["AlterTableCmd"]["def"]["Constraint"]) == expected


def test_a_columns_own_constraint_is_named_after_it():
    (statement,) = parse("CREATE TABLE t (a int UNIQUE REFERENCES u)", "f.sql").statements
    column = statement.node["tableElts"][0]["ColumnDef"]
    names = [constraint_name("t", item["Constraint"], column["colname"]) for item in column["constraints"]]
    assert names == ["t_a_key", "t_a_fkey"]


@given(IDENTIFIERS, IDENTIFIERS)
def test_a_made_name_fits(table, addition):
    made = object_name(table, addition, "idx")
    assert len(made.encode()) <= 63
    assert made.endswith("_idx")
