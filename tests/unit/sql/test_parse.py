import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemactl.core.errors import SourceError
from schemactl.sql.nodes import walk
from schemactl.sql.parse import parse

STATEMENTS = st.sampled_from(
    [
        "select 1",
        "SELECT 'it''s; -- no comment', e'\\';', U&'d\\0061t'",
        "select $$ ; -- in a body /* $$, $é$ $$ ; $é$",
        'create table "a;b" ("--" int, "/*" text)',
        "create function f() returns int language sql begin atomic select 1; select 2; end",
        "create function g() returns int language plpgsql as $body$\r\nbegin\r\n  return 1; -- x\r\nend $body$",
        "insert into t values ('żółć', '🐘')",
        "do $$ begin perform 1; end $$",
        "select 1 /* inside; /* nested */ */ + 2 -- more;\n + 3",
        "select 'a'\n  'b'",
    ]
)
GAPS = st.lists(
    st.sampled_from([" ", "\n", "\r\n", "\t", "-- c'omment; é\n", "/* a /* b; */ 🐘 $$ */", ";"]), max_size=4
).map("".join)


@st.composite
def scripts(draw):
    """A text and the statements that it was put together from, with their offsets."""
    text = draw(st.sampled_from(["", "\ufeff"])) + draw(GAPS)
    expected = []
    for statement in draw(st.lists(STATEMENTS, max_size=5)):
        expected.append((statement, len(text)))
        text += statement + draw(GAPS) + ";" + draw(GAPS)
    return text, expected


@given(scripts())
@example(("select 1 -- é", [("select 1", 0)]))
@example(("select 1 /* é */", [("select 1", 0)]))
def test_statements_are_found_exactly_where_they_stand(case):
    text, expected = case
    script = parse(text, "f.sql")
    assert [(s.text, s.start) for s in script.statements] == expected
    assert [s.index for s in script.statements] == list(range(1, len(expected) + 1))
    for statement in script.statements:
        assert text[statement.start : statement.end] == statement.text
        before = text[: statement.start].removeprefix("\ufeff")
        assert statement.line == before.count("\n") + 1
        assert statement.column == len(before) - before.rfind("\n")
        assert statement.end_line == statement.line + statement.text.count("\n")


@given(scripts())
def test_comments_and_statements_tile_the_text(case):
    text, _ = case
    script = parse(text, "f.sql")
    outside = list(text)
    for statement in script.statements:
        outside[statement.start : statement.end] = " " * len(statement.text)
    for comment in script.comments:
        assert comment.text.startswith(("--", "/*"))
        if not any(s.start <= comment.start < s.end for s in script.statements):
            outside[comment.start : comment.end] = " " * len(comment.text)
    assert not set("".join(outside)) - set(" \n\r\t;\ufeff")


@given(scripts(), st.sampled_from(["wrong", "sélect 1", "select from from", "create table 🐘 (,)"]))
def test_an_error_is_placed_after_any_text_before_it(case, wrong):
    text, _ = case
    with pytest.raises(SourceError) as caught:
        parse(text + wrong, "f.sql")
    place = caught.value.place
    assert place
    at = text + wrong
    offset = len(text) + {"wrong": 0, "sélect 1": 0, "select from from": 12, "create table 🐘 (,)": 16}[wrong]
    before = at[:offset].removeprefix("\ufeff")
    assert (place.file, place.line, place.column) == (
        "f.sql",
        before.count("\n") + 1,
        len(before) - before.rfind("\n"),
    )


@given(
    st.text(
        alphabet=st.sampled_from(list("select create()'\"$-/*;:\\\n\r\t1aé🐘\ufeff\x00\ud800[]{}.,|+=<>")), max_size=80
    )
)
@example("\ufeff")
@example("\\")
@example("select $")
@example("copy a from stdin;\n\\.")
@example("'" + "é" * 100)
def test_any_text_is_read_or_refused(text):
    try:
        script = parse(text, "f.sql")
    except SourceError as refused:
        assert refused.message.count("\n") == 0  # noqa: PT017
    else:
        assert all(s.text for s in script.statements)
        assert script.comments is not None


@pytest.mark.parametrize(
    "text",
    [
        "select " + "(" * 20_000,
        "select 1" + "+1" * 2_000,
        "select 1" + "+1" * 100_000,
        "select " + "f(" * 900 + ")" * 900,
    ],
)
def test_deep_nesting_is_an_error(text):
    with pytest.raises(SourceError, match="nested too deeply"):
        parse(text, "f.sql")


def test_the_place_of_deep_nesting_is_that_of_the_expression():
    with pytest.raises(SourceError) as caught:
        parse("select 1;\n\nselect 1" + "+1" * 2_000, "f.sql")
    assert caught.value.place
    assert caught.value.place.line == 3


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("select 1;\n\\i other.sql\n", "f.sql:2:1", r"`\i` is a psql meta-command", "statements of that file"),
        ("\\c db\n", "f.sql:1:1", r"`\c` is a psql meta-command", "--database"),
        ("\\copy t from 'f'", "f.sql:1:1", r"`\copy` is a psql", "INSERT"),
        ("select 1 \\gset", "f.sql:1:10", r"`\gset`", "value itself"),
        ("\\if :x\nselect 1;\n\\endif", "f.sql:1:1", r"`\if`", "DO block"),
        ("\\restrict abc\nselect 1;", "f.sql:1:1", r"`\restrict`", "Leave it out"),
        ("select :name", "f.sql:1:8", "`:name` is a psql variable", "value itself"),
        ("select :'name'", "f.sql:1:8", "`:'name'` is a psql variable", "value itself"),
        ('alter role :"who" login', "f.sql:1:12", '`:"who"` is a psql variable', "value itself"),
        ("create table {{ .schema }}.t ()", "f.sql:1:14", "`{{ .schema }}` is a placeholder", "plain SQL"),
        ("select * from ${table}", "f.sql:1:15", "`${table}` is a placeholder", "plain SQL"),
        ("select * from t where id = $id", "f.sql:1:28", "`$id` is a placeholder", "plain SQL"),
        ("copy t from stdin;\n1\té\n\\.\nselect 2;", "f.sql:1:1", "COPY … FROM stdin", "INSERT"),
        (
            "select 1;\nCOPY t (a)\n FROM STDIN with (format csv);\nit's;here",
            "f.sql:2:1",
            "COPY … FROM stdin",
            "INSERT",
        ),
        ("-- copy\ncopy t from stdin;", "f.sql:2:1", "COPY … FROM stdin", "INSERT"),
        ("select 'copy t from stdin;'; selec", "f.sql:1:30", "syntax error", None),
        ("select\x00 1", "f.sql:1:7", "NUL byte", "UTF-8"),
        ("select '\ud800'", "f.sql:1:9", "surrogate", "UTF-8"),
        ("select 'é", "f.sql:1:8", "unterminated quoted string", None),
        ("select 1;\n/* é", "f.sql:2:1", "unterminated /* comment", None),
        ("select (1", "f.sql:1:10", "syntax error at end of input", None),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(text, place, message, hint):
    with pytest.raises(SourceError) as caught:
        parse(text, "f.sql")
    assert str(caught.value.place) == place
    assert message in caught.value.message
    assert (hint in (caught.value.hint or "")) if hint else caught.value.hint is None


@pytest.mark.parametrize(
    "text", ["select a[1:2], a[x:y], b::int", "copy t to stdout", "copy t from '/file'", "select $$\\i x$$, ':x'"]
)
def test_what_only_resembles_psql_is_read(text):
    assert len(parse(text, "f.sql").statements) == 1


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", "-- only this", "/* and */ -- that", ";;\n;"])
def test_a_text_without_statements_has_none(text):
    assert parse(text, "f.sql").statements == ()


def test_the_head_is_the_comments_before_the_first_statement():
    script = parse("\ufeff-- one\n/* two */\nselect 1; -- three\n-- four", "f.sql")
    assert [c.text for c in script.head] == ["-- one", "/* two */"]
    assert [(c.text, c.line) for c in script.comments][2:] == [("-- three", 3), ("-- four", 4)]


def test_a_parse_location_becomes_an_offset():
    script = parse("select 'é🐘'; select a.b, ü.c", "f.sql")
    plain, wide = (item["ResTarget"] for item in script.statements[1].node["targetList"])
    assert script.text[script.source.character(plain["location"]) :] == "a.b, ü.c"
    assert script.text[script.source.character(wide["location"]) :] == "ü.c"


def test_what_the_parser_accepts_can_be_walked_however_deep():
    text = "select " + "||".join("a" * 340)
    (statement,) = parse(text, "f.sql").statements
    assert sum(kind == "ColumnRef" for kind, _ in walk(statement.node)) == 340
    nested = "select " + "f(" * 140 + "(select 1)" + ")" * 140
    (statement,) = parse(nested, "f.sql").statements
    assert sum(kind == "FuncCall" for kind, _ in walk(statement.node)) == 140
    assert not any(kind == "SubLink" for kind, _ in walk(statement.node, into_subqueries=False))
