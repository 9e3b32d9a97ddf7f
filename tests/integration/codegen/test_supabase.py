"""TypeScript beside what Supabase's own generator writes for the same database."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.support.npm import Node, database_of

from schemactl.catalog.snapshot import take
from schemactl.codegen import collation
from schemactl.codegen.reading import read
from schemactl.codegen.typescript import layout
from schemactl.codegen.typescript.database import generate
from schemactl.codegen.typescript.layout import ArrayOf, Generic, Member, Object, Tuple, Type, Word, literal, nullable
from schemactl.codegen.typescript.options import Options, Precise
from schemactl.db.connect import connect
from schemactl.servers import Server

ROOT = Path(__file__).parents[3]
CASES = sorted((ROOT / "tests/cases/codegen").glob("*.sql"))
EXAMPLE = sorted((ROOT / "migrations").glob("*.sql"), key=lambda path: int(path.name.partition("_")[0]))

# Each example is a process: too slow to look for a smaller one.
PROCESS = settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))


def ours(dsn: str, options: Options) -> str:
    with closing(connect(dsn)) as connection:
        return generate(read(take(connection)), options)


def same(server: Server, node: Node, script: str, options: Options) -> None:
    with database_of(server, script) as dsn:
        theirs = node.supabase_types(
            dsn, *options.schemas, one_to_one=options.one_to_one, postgrest=options.postgrest_version or ""
        )
        assert ours(dsn, options) == theirs


def example() -> str:
    text = "\n".join(path.read_text(encoding="utf-8") for path in EXAMPLE)
    return text.replace(" CONCURRENTLY", "")  # sent as one script, which is one transaction


def options_of(case: Path) -> Options:
    return Options(("other", "public") if case.stem == "schemas" else ("public",), one_to_one=True)


def test_the_example_tree_is_the_same_byte_for_byte(tcp_server: Server, node: Node):
    same(tcp_server, node, example(), Options())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_is_the_same_byte_for_byte(tcp_server: Server, node: Node, case: Path):
    same(tcp_server, node, case.read_text(encoding="utf-8"), options_of(case))


def test_an_empty_schema_and_a_version_of_postgrest_are_the_same(tcp_server: Server, node: Node):
    same(tcp_server, node, "", Options(postgrest_version="13.0.4"))


def test_what_is_written_compiles(embedded_server: Server, node: Node, tmp_path: Path):
    with database_of(embedded_server, example()) as dsn:
        (tmp_path / "example.ts").write_text(ours(dsn, Options()), encoding="utf-8")
    for case in CASES:
        with database_of(embedded_server, case.read_text(encoding="utf-8")) as dsn:
            options = options_of(case)
            (tmp_path / f"{case.stem}.ts").write_text(ours(dsn, options), encoding="utf-8")
            precise = replace(options, precise=frozenset(Precise))
            (tmp_path / f"{case.stem}_precise.ts").write_text(ours(dsn, precise), encoding="utf-8")
    node.compile(tmp_path)


def types(depth: int = 2) -> st.SearchStrategy[Type]:
    words = st.sampled_from(
        [Word("string"), Word('Database["public"]["Enums"]["some_enum"]'), Word("unknown"), Word("Json", hugs=True)]
    )
    labels = st.lists(st.text("ab'\" \\ü漢", max_size=12), min_size=2, max_size=6, unique=True)
    simple = words | labels.map(lambda all_: layout.union(tuple(map(literal, all_))))
    simple |= st.just(Generic("Record", ("string", "unknown")))
    simple |= simple.map(ArrayOf)
    if depth:
        simple |= st.builds(objects_of, st.lists(types(depth - 1), max_size=3), st.booleans())
    return simple | simple.map(nullable)


NAMES = st.text("abzA_$1 ü-", min_size=1, max_size=30)


def objects_of(kinds: list[Type], spread: bool) -> Object:
    return Object(tuple(Member(f"p{index}", kind) for index, kind in enumerate(kinds)), spread)


@settings(PROCESS, max_examples=4, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.builds(Member, NAMES, types(), st.booleans()), min_size=30, max_size=60))
def test_types_are_laid_out_as_the_formatter_does(node: Node, members: list[Member]):
    lines = [line for member in members for line in layout.member(member, 2)]
    text = "export type T = {\n" + "".join(f"{line}\n" for line in lines) + "}\n"
    assert text == formatted(node, text)


@settings(PROCESS, max_examples=3)
@given(st.lists(st.lists(st.text("ab'\"漢", max_size=12).map(literal), max_size=9), min_size=30))
def test_lists_are_laid_out_as_the_formatter_does(node: Node, lists: list[list[Word]]):
    lines = [
        line for n, items in enumerate(lists) for line in layout.member(Member(f"a{n}", Tuple(tuple(items))), 2, ",")
    ]
    text = "export const C = {\n" + "".join(f"{line}\n" for line in lines) + "}\n"
    assert text == formatted(node, text)


def formatted(node: Node, text: str) -> object:
    code = (
        "import { format } from 'oxfmt'; const done = await format('x.ts', input, { semi: false, printWidth: 80 });"
        "console.log(JSON.stringify(done.code))"
    )
    return node.script(code, text)


ASCII = "".join(map(chr, range(32, 127)))


@settings(PROCESS, max_examples=4)
@given(st.lists(st.text(ASCII + "éÉüñÑåÅçãôß", max_size=8), min_size=100, unique=True))
def test_names_are_sorted_as_javascript_sorts_them(node: Node, names: list[str]):
    code = "console.log(JSON.stringify(input.sort((a, b) => a.localeCompare(b))))"
    assert sorted(names, key=collation.key) == node.script(code, names)
