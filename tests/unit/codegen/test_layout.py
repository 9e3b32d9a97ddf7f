import pytest

from schemactl.codegen.typescript import layout
from schemactl.codegen.typescript.layout import ArrayOf, Generic, Member, Object, Tuple, Type, Word, literal, nullable

LONG = layout.union(tuple(literal(c * 20) for c in "abcd"))


def written(kind: Type, name: str = "x") -> list[str]:
    return list(layout.member(Member(name, kind), 2))


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (Word("string"), ["  x: string"]),
        (nullable(Word("string")), ["  x: string | null"]),
        (LONG, ["  x:", *(f'    | "{c * 20}"' for c in "abcd")]),
        (ArrayOf(LONG), ["  x: (", *(f'    | "{c * 20}"' for c in "abcd"), "  )[]"]),
        (Object(()), ["  x: {}"]),
        (Object((Member("a", Word("b")),), spread=False), ["  x: { a: b }"]),
        (nullable(Object((Member("a", Word("b")),))), ["  x: {", "    a: b", "  } | null"]),
        (ArrayOf(Object((Member("a", Word("b"), optional=True),))), ["  x: {", "    a?: b", "  }[]"]),
        (Tuple((literal("a"), literal("b"))), ['  x: ["a", "b"]']),
        (Generic("Record", ("string", "unknown")), ["  x: Record<string, unknown>"]),
    ],
)
def test_a_type_is_laid_out(kind: Type, lines: list[str]):
    assert written(kind) == lines


def test_a_line_may_be_as_long_as_80_columns_and_no_longer():
    fits = layout.union((literal("a" * 35), literal("b" * 33)))
    assert [len(line) for line in written(fits)] == [80]
    assert len(written(layout.union((literal("a" * 35), literal("b" * 34))))) == 3


def test_a_tail_counts():
    items = Tuple((literal("a" * 35), literal("b" * 32)))
    assert len(list(layout.member(Member("x", items), 2))) == 1
    assert list(layout.member(Member("x", items), 2, ","))[-1] == "  ],"


@pytest.mark.parametrize(
    ("name", "text"),
    [("a", "a"), ("a b", '"a b"'), ("1a", '"1a"'), ("ünï", "ünï"), ("a$_1", "a$_1"), ("class", "class"), ("", '""')],
)
def test_a_name_is_quoted_where_it_must_be(name: str, text: str):
    assert layout.property_name(name) == text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("a", '"a"'), ("it's", '"it\'s"'), ('a"b', "'a\"b'"), ("'\"", '"\'\\""'), ("a\\b\n", '"a\\\\b\\n"')],
)
def test_a_string_takes_the_quotes_that_need_fewer_escapes(text: str, quoted: str):
    assert layout.quoted(text) == quoted


def test_null_is_added_once():
    assert nullable(nullable(Word("x"))) == nullable(Word("x"))


def test_wide_characters_take_two_columns():
    assert layout.width("日本e\u0301") == 5
