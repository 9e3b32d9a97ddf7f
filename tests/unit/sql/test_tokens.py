import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.sql.tokens import scan, token_checksum

BASE = "create table Tücher (id int default 1);\nselect 'a  b', $$ x $$, \"Q\", E'\\n';\n"


@pytest.mark.parametrize(
    "edited",
    [
        BASE.replace("\n", "\r\n"),
        "\ufeff" + BASE,
        "-- header é\n" + BASE,
        BASE.replace("create table", "CREATE\n\tTABLE"),
        BASE.replace("Tücher (", "tücher /* why */("),
        BASE.rstrip().removesuffix(";"),
        BASE + ";;\n-- end",
        BASE.replace(";\n", ";\n;\n", 1),
    ],
)
def test_a_cosmetic_edit_keeps_the_checksum(edited):
    assert token_checksum(edited) == token_checksum(BASE)


@pytest.mark.parametrize(
    "edited",
    [
        BASE.replace("'a  b'", "'a b'"),
        BASE.replace("'a  b'", "'A  b'"),
        BASE.replace('"Q"', '"q"'),
        BASE.replace("$$ x $$", "$$ X $$"),
        BASE.replace("E'\\n'", "'\\n'"),
        BASE.replace("Tücher", "TÜcher"),
        BASE.replace("default 1", "default 10"),
        BASE.replace("int default", "intdefault"),
        BASE.replace(";\n", "\n", 1),
        BASE.replace("id int", "id bigint"),
        BASE.replace("select 'a", "select -- 'a"),
    ],
)
def test_a_semantic_edit_changes_the_checksum(edited):
    assert token_checksum(edited) != token_checksum(BASE)


def test_line_ends_inside_literals_are_folded():
    assert token_checksum("select 'a\r\nb', $$\r\n$$") == token_checksum("select 'a\nb', $$\n$$")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_has_a_checksum(one, other):
    assert len(token_checksum(one)) == 64
    assert (token_checksum(one) == token_checksum(other)) or one != other


@given(st.lists(st.sampled_from(["select", "'é'", "ü", "$é$x$ü$é$", "/* 🐘 */", "1", "+", '"ß"']), max_size=8))
def test_tokens_cover_all_but_white_space(words):
    text = " ".join(words)
    assert [text[t.start : t.end] for t in scan(text)] == words
