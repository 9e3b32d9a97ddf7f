import pytest

from schemactl.codegen.model import Argument, Column, Domain, Function, Kind, Mode, Relation, Schema, TypeName
from schemactl.codegen.relationships import Lineage
from schemactl.codegen.results import Results
from schemactl.codegen.typescript.database import generate
from schemactl.codegen.typescript.options import Options, Precise
from schemactl.sql.names import Name

TABLE, VIEW = Name("public", "items"), Name("public", "shown")
INT8, TEXT, SHORT = TypeName(Name(None, "int8")), TypeName(Name(None, "text")), TypeName(Name("public", "short"))


def function(body: str, *, strict: bool = False, returns_set: bool = False, language: str = "sql") -> Function:
    arguments = (Argument("a", Mode.IN, INT8),)
    return Function(Name("public", "f"), arguments, "a bigint", INT8, returns_set, 1000, strict, language, body)


def schema(*functions: Function) -> Schema:
    columns = (Column("id", INT8, not_null=True), Column("state", TEXT, not_null=True), Column("tag", SHORT))
    shown = tuple(Column(name, kind) for name, kind in (("id", INT8), ("state", TEXT), ("tag", SHORT), ("n", INT8)))
    return Schema(
        relations={
            TABLE: Relation(Kind.TABLE, TABLE, columns),
            VIEW: Relation(Kind.VIEW, VIEW, shown, "SELECT id, state, tag, (id / 2) AS n FROM public.items"),
        },
        enums={},
        domains={SHORT.name: Domain(TypeName(Name("public", "shorter")), not_null=False),
                 Name("public", "shorter"): Domain(TEXT, not_null=False)},
        functions=functions,
        foreign_keys=(),
        checks={TABLE: ("CHECK ((state = ANY (ARRAY['on'::text, 'off'::text])))",)},
    )  # fmt: skip


def lines(*precise: Precise, functions: tuple[Function, ...] = ()) -> list[str]:
    text = generate(schema(*functions), Options(precise=frozenset(precise)))
    return [line.strip() for line in text.partition("type DatabaseWithoutInternals")[0].splitlines()]


@pytest.mark.parametrize(
    ("precise", "plain", "better"),
    [
        (Precise.BIGINT, "id: number", "id: string"),
        (Precise.CHECKS, "state: string", 'state: "on" | "off"'),
        (Precise.CHECKS, "state: string | null", 'state: "on" | "off" | null'),
        (Precise.DOMAINS, "tag: unknown", "tag: string | null"),
        (Precise.VIEWS, "n: number | null", "n: number"),
    ],
)
def test_what_can_be_known_is_said_where_it_is_asked_for(precise: Precise, plain: str, better: str):
    assert plain in lines()
    assert better not in lines()
    assert better in lines(precise)


@pytest.mark.parametrize(
    ("written", "never_null"),
    [
        (function("select 1"), True),
        (function("select a"), False),
        (function("select coalesce(a, 0)"), True),
        (function("select id from public.items"), False),
        (function("select id from public.items", returns_set=True), True),
        (function("select id from items", returns_set=True), True),
        (function("select id from other.items", returns_set=True), False),
        (function("select 1 where a > 1"), False),
        (function("select 1 limit 0"), False),
        (function("select 1", strict=True), False),
        (function("select null; select 1"), True),
        (function("select 1; select null"), False),
        (function("BEGIN ATOMIC\n SELECT 1;\nEND"), True),
        (function("RETURN 1"), True),
        (function("RETURN a"), False),
        (function("begin return 1; end", language="plpgsql"), False),
        (function("update public.items set id = 1 returning id"), False),
        (function("not sql at all"), False),
        (function(""), False),
    ],
)
def test_a_result_is_never_null_only_where_the_body_shows_it(written: Function, never_null: bool):
    found = schema(written)
    assert (list(Results(found, Lineage(found)).never_null(written)[:1]) == [True]) is never_null


def test_a_function_says_where_null_may_be_given_and_met():
    loose, strict = function("select a"), function("select a", strict=True)
    assert "f: { Args: { a: number }; Returns: number }" in lines(functions=(loose,))
    assert "f: { Args: { a: number | null }; Returns: number | null }" in lines(Precise.FUNCTIONS, functions=(loose,))
    assert "f: { Args: { a: number }; Returns: number | null }" in lines(Precise.FUNCTIONS, functions=(strict,))
