from dataclasses import replace

import pytest

from schemactl.codegen.check.compare import check
from schemactl.codegen.check.declarations import read
from schemactl.codegen.model import Argument, Column, Domain, Function, Kind, Mode, Relation, Schema, TypeName
from schemactl.core.errors import SourceError
from schemactl.core.results import Report
from schemactl.sql.names import Name

MOOD = Name("public", "mood")
ITEMS = Name("public", "order_items")


def kind(text: str) -> TypeName:
    schema, _, name = text.removesuffix("[]").rpartition(".")
    return TypeName(Name(schema or None, name), text.endswith("[]"))


def schema_of(*columns: Column, checks: tuple[str, ...] = (), relation: Kind = Kind.TABLE) -> Schema:
    return Schema(
        relations={ITEMS: Relation(relation, ITEMS, columns)},
        enums={MOOD: ("sad", "ok")},
        domains={Name("public", "email"): Domain(kind("text"), not_null=True)},
        functions=(
            Function(Name("public", "total"), (Argument("i", Mode.IN, kind("public.order_items")),), "", kind("int4")),
        ),
        foreign_keys=(),
        checks={ITEMS: checks},
    )


def report(text: str, schema: Schema) -> Report:
    return check(read(text, "types.ts", {("public", "mood"): ("sad", "ok")}), schema, ("public",))


def rules(text: str, schema: Schema) -> list[tuple[str, int]]:
    return [(finding.rule, finding.span.line if finding.span else 0) for finding in report(text, schema).findings]


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("text", "string"),
        ("text", '"a" | "b"'),
        ("text", "Choice"),
        ("text", "`a-${string}`"),
        ("uuid", "string"),
        ("int4", "number"),
        ("int4", "(number)"),
        ("int8", "bigint"),
        ("int8", "string"),
        ("numeric", "number"),
        ("bool", "boolean"),
        ("bool", "true | false"),
        ("timestamptz", "Date"),
        ("timestamptz", "string"),
        ("jsonb", "Json"),
        ("jsonb", "Record<string, unknown>"),
        ("jsonb", "{ a: string }"),
        ("jsonb", "string[]"),
        ("jsonb", "unknown"),
        ("jsonb", "Imported"),
        ("text[]", "string[]"),
        ("text[]", "Array<string>"),
        ("text[]", "readonly string[]"),
        ("public.mood", '"ok" | "sad"'),
        ("public.mood", "string"),
        ("public.mood", "Mood"),
        ("public.mood", 'Database["public"]["Enums"]["mood"]'),
        ("public.mood[]", '("sad" | "ok")[]'),
        ("public.email", "string"),
        ("tsvector", "unknown"),
        ("inet", "string"),
    ],
)
def test_a_right_type_is_silent(column: str, written: str):
    schema = schema_of(Column("a", kind(column), not_null=True))
    declared = 'type Choice = "x" | "y"\nenum Mood { Sad = "sad", Ok = "ok" }\nimport { Imported } from "./x"\n'
    assert rules(f"{declared}interface OrderItem {{ a: {written} }}", schema) == []


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("text", "number"),
        ("text", "string | number"),
        ("text", "string[]"),
        ("text", "{ a: string }"),
        ("int4", "string"),
        ("int4", '"1"'),
        ("bool", "number"),
        ("uuid", "Date"),
        ("jsonb", "Date"),
        ("text[]", "string"),
        ("text[]", "number[]"),
        ("public.mood", '"ok"'),
        ("public.mood", '"ok" | "sad" | "glad"'),
        ("public.mood", "number"),
        ("public.email", "number"),
    ],
)
def test_a_wrong_type_is_reported(column: str, written: str):
    schema = schema_of(Column("a", kind(column), not_null=True))
    assert rules(f"interface OrderItem {{\n  a: {written}\n}}", schema) == [("types-wrong-type", 2)]


@pytest.mark.parametrize(
    ("not_null", "written", "reported"),
    [
        (False, "a: string", True),
        (False, "a: string | null", False),
        (False, "a?: string", False),
        (False, "a: string | undefined", False),
        (False, "a: Imported", False),
        (False, "a: NonNullable<string | null>", True),
        (True, "a: string", False),
        (True, "a?: string", False),
        (True, "a: string | null", True),
        (True, "a: Maybe", True),
    ],
)
def test_nullability_is_compared(not_null: bool, written: str, reported: bool):
    schema = schema_of(Column("a", kind("text"), not_null=not_null))
    found = rules(f"type Maybe = string | null\ntype OrderItemRow = {{ {written} }}", schema)
    assert found == ([("types-wrong-nullability", 2)] if reported else [])


def test_missing_and_extra_columns_are_reported_at_their_lines():
    schema = schema_of(Column("a", kind("text"), True), Column("b", kind("int4")), Column("d", kind("text"), True))
    text = (
        "/** A row. */\nexport interface OrderItem {\n  a: string // text\n  c: number\n  total: number\n  d: string\n}"
    )
    found = report(text, schema)
    assert rules(text, schema) == [("types-missing-column", 2), ("types-extra-column", 4)]
    assert [finding.object for finding in found.findings] == [f"column public.order_items.{name}" for name in "bc"]
    assert found.findings[0].hint == "Add `b: number | null`."


def test_values_of_a_check_are_compared():
    column = Column("a", kind("text"), not_null=True)
    checks = ("CHECK ((a = ANY (ARRAY['x'::text, 'y'::text])))",)
    assert rules('interface OrderItem { a: "y" | "x" }', schema_of(column, checks=checks)) == []
    assert rules('interface OrderItem { a: "x" }', schema_of(column, checks=checks)) == [("types-wrong-type", 1)]
    assert rules("interface OrderItem { a: string }", schema_of(column, checks=checks)) == []
    loose = ("CHECK (((a IS NULL) OR (a = ANY (ARRAY['x'::text, 'y'::text]))))",)
    assert rules('interface OrderItem { a: "x" }', schema_of(column, checks=loose)) == [("types-wrong-type", 1)]
    other = ("CHECK (((b IS NULL) OR (a = ANY (ARRAY['x'::text, 'y'::text]))))",)
    assert rules('interface OrderItem { a: "z" }', schema_of(column, checks=other)) == []


@pytest.mark.parametrize(
    "text",
    [
        "interface Base { a: string }\ninterface OrderItem extends Base { b: number }",
        "interface Base { a: string }\ntype OrderItem = Base & { b: number }",
        "interface OrderItem extends Imported { b: number }",
        "type OrderItem = { a: string; b: number }",
        "interface orderItems { a: string, b: number, }",
        "interface OrderItemInsert { z: string }\ninterface OrderItem { a: string; b: number }",
        "type Database = { public: { Tables: { order_items: { Row: { a: string; b: number }; Insert: { z: 1 } } } } }",
        "interface OrderItem { a: string\n  b: number\n}\nfunction f(): void {}\nconst x = { a: 1 } as const",
    ],
)
def test_a_row_may_be_written_in_many_ways(text: str):
    schema = schema_of(Column("a", kind("text"), not_null=True), Column("b", kind("int4"), not_null=True))
    found = report(text, schema)
    assert (found.findings, found.skipped) == ((), ())


def test_camel_case_names_its_column():
    assert rules("interface OrderItem { itemId: string }", schema_of(Column("item_id", kind("uuid"), True))) == []


def test_a_property_that_begins_with_in_is_read():
    schema = schema_of(Column("a", kind("text"), True), Column("in_stock", kind("bool"), True))
    assert rules("interface OrderItem {\n  a: string\n  in_stock: boolean\n}", schema) == []
    assert rules("interface OrderItem {\n  a: string;\n  in_stock?: number\n}", schema) == [("types-wrong-type", 3)]


def test_a_view_says_nothing_certain_of_null():
    schema = schema_of(Column("a", kind("text")), relation=Kind.VIEW)
    assert rules("interface OrderItem { a: string }", schema) == []
    assert rules("interface OrderItem { a: number | null }", schema) == [("types-wrong-type", 1)]


def test_a_file_that_names_no_table_is_not_checked():
    found = report("interface Something { a: string }", schema_of(Column("a", kind("text"))))
    assert not found.ok()
    assert found.skipped[0].reason == "no type in it is named after a table or view"


def test_a_broken_file_is_an_error_at_its_place():
    with pytest.raises(SourceError, match=r"types\.ts:2:"):
        report("interface A {\n  a: : string }", schema_of())


def test_another_type_of_the_same_name_is_left_alone():
    schema = schema_of(Column("a", kind("text"), True), Column("b", kind("int4"), True))
    found = report("interface OrderItem { label: string; value: string; a: string }", schema)
    assert found.findings == ()
    assert found.skipped
    both = report("type OrderItem = { x: 1; y: 1; a: 1 }\ntype OrderItemRow = { a: string; b: number }", schema)
    assert both.ok()
    assert [section.title for section in both.sections] == ["Left alone"]


def test_a_row_of_a_table_that_is_gone_is_reported():
    text = "type Database = {\n  public: { Tables: { gone: { Row: { a: string } } } } }"
    assert rules(text, schema_of(Column("a", kind("text"), True))) == [("types-unknown-relation", 2)]
    assert report(text.replace("public", "elsewhere"), schema_of(Column("a", kind("text")))).skipped


def test_the_exact_name_wins_over_the_singular():
    schema = schema_of(Column("a", kind("text"), True))
    item = Name("public", "order_item")
    other = Relation(Kind.TABLE, item, (Column("z", kind("int4"), True),))
    both = replace(schema, relations={**schema.relations, item: other})
    assert rules("interface OrderItem { z: number }\ninterface order_items { a: string }", both) == []
    assert report("interface OrderItemRow { z: number }", both).skipped
