"""What a function's body runs."""

import pytest

from schemactl.sql.ddl import bodies
from schemactl.sql.names import Name


def body(text: str, language: str = "plpgsql", arguments: str = "who uuid", result: str | None = "text") -> bodies.Body:
    found = bodies.read(language, arguments, result, text)
    assert found is not None
    return found


def called(found: bodies.Body) -> set[str]:
    return {str(name) for name, _ in found.calls()}


@pytest.mark.parametrize(
    "text",
    [
        "declare x text := f(1); begin return x; end",
        "declare x text; begin x := f(1); return x; end",
        "begin return f(1); end",
        "begin return (select f(1)); end",
        "begin if f(1) then return 'a'; end if; return 'b'; end",
        "begin if true then return 'a'; elsif f(1) then return 'b'; end if; return 'c'; end",
        "begin while f(1) loop null; end loop; return ''; end",
        "declare r record; begin for r in select f(1) loop null; end loop; return ''; end",
        "begin perform f(1); return ''; end",
        "begin raise notice '%', f(1); return ''; end",
        "begin return ''; exception when others then perform f(1); return ''; end",
        "declare c cursor for select f(1); begin open c; return ''; end",
    ],
)
def test_a_call_is_found_wherever_it_stands(text: str):
    assert called(body(text)) == {"f"}


def test_texts_and_comments_are_not_run():
    assert called(body("begin /* f(1) */ -- f(2)\n return 'f(3)'; end")) == set()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("select f(1)", "sql"),
        ("select 1; select f(1)", "sql"),
        ("BEGIN ATOMIC\n SELECT f(1);\nEND", "sql"),
        ("RETURN f(1)", "sql"),
    ],
)
def test_bodies_in_sql(text: str, language: str):
    assert called(body(text, language)) == {"f"}


def test_a_relation_is_read_a_name_of_with_is_not():
    found = body("with gone as (select * from a.t) select 1 from gone join u on true", "sql")
    assert found.reads() == {Name("a", "t"), Name(None, "u")}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("begin select 1 into who from t; return ''; end", []),
        ("begin perform 1 from t for update; return ''; end", []),
        ("begin insert into t values (1) returning a into who; return ''; end", ["InsertStmt"]),
        ("begin with x as (delete from t returning 1) select 1 into who from x; return ''; end", ["DeleteStmt"]),
        ("begin create temp table x as select 1; return ''; end", ["CreateTableAsStmt"]),
    ],
)
def test_what_a_body_changes(text: str, kinds: list[str]):
    assert [kind for kind, _ in body(text).changes()] == kinds


def test_text_that_the_body_makes_is_told():
    assert body("begin execute 'select 1'; return ''; end").dynamic
    assert body("begin return query execute 'select 1'; end", result="SETOF text").dynamic
    assert not body("begin return ''; end").dynamic


@pytest.mark.parametrize(
    ("text", "arguments", "result"),
    [
        ("declare p shop.people%rowtype; begin p.name := f(1); return p.name; end", "who uuid", "text"),
        ("declare k shop.kind := 'a'; begin return f(1); end", "k shop.kind DEFAULT 'a'::shop.kind", "text"),
        ("begin return query select f(1); end", "who shop.pair[]", "TABLE(a shop.kind, b integer)"),
        ("begin perform f(1); end", "VARIADIC who shop.pair[]", "void"),
        ("begin perform f(1); end", "", None),
    ],
)
def test_types_of_other_schemas_do_not_hide_a_body(text: str, arguments: str, result: str | None):
    assert called(body(text, arguments=arguments, result=result)) == {"f"}


def test_what_cannot_be_read_is_nothing():
    assert bodies.read("c", "", "text", "symbol") is None
    assert bodies.read("sql", "", "text", "selec 1") is None
    assert bodies.read("plpgsql", "", "text", "begin $schemactl_function$ end") is None
