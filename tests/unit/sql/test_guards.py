import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.sql.guards import guarded
from schemactl.sql.parse import parse
from schemactl.sql.tokens import scan, significant_words

CASES = tomllib.loads(Path("tests/cases/sql/guards.toml").read_text(encoding="utf-8"))["case"]


def guard(text: str) -> str | None:
    (statement,) = parse(text, "f.sql").statements
    return guarded(statement)


@pytest.mark.parametrize("text", [case["sql"] for case in CASES])
def test_a_guarded_statement_needs_no_further_guard(text):
    rewritten = guard(text)
    assert rewritten
    statements = parse(rewritten, "f.sql").statements
    last = statements[-1]
    assert last.end == len(rewritten), "nothing after the last token, so that the semicolon may stay"
    if len(statements) == 1:
        assert guarded(last) is None


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE IF NOT EXISTS t (a int)",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE OR REPLACE TRIGGER tr BEFORE UPDATE ON t EXECUTE FUNCTION f()",
        "DROP TABLE IF EXISTS t",
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int, DROP COLUMN IF EXISTS b",
        "ALTER TABLE t DROP CONSTRAINT IF EXISTS x, ADD CONSTRAINT x CHECK (a > 0)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE t ALTER a SET NOT NULL, ALTER a SET DEFAULT 1, VALIDATE CONSTRAINT x",
        "ALTER TYPE e ADD VALUE IF NOT EXISTS 'a'",
        "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
        "GRANT SELECT ON t TO r",
        "COMMENT ON TABLE t IS 'x'",
        "UPDATE t SET a = 1",
        "DO $$ BEGIN CREATE TABLE t (); END $$",
        "VACUUM t",
        "CREATE DATABASE d",
        "ALTER TABLE p DETACH PARTITION c CONCURRENTLY",
        "SELECT 1",
    ],
)
def test_what_is_safe_or_unknown_has_no_guard(text):
    assert guard(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create table t (a int)", "create table if not exists t (a int)"),
        ("CREATE TABLE/* why */t (a int)", "CREATE TABLE IF NOT EXISTS/* why */t (a int)"),
        ("CREATE UNIQUE INDEX i ON t (a)", "CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a)"),
        ("CREATE INDEX ON t (a)", "CREATE INDEX IF NOT EXISTS t_a_idx ON t (a)"),
        (
            "create index concurrently i on s.t (a)",
            "drop index concurrently if exists s.i;\ncreate index concurrently i on s.t (a)",
        ),
        ("CREATE POLICY p ON s.t", "DROP POLICY IF EXISTS p ON s.t;\nCREATE POLICY p ON s.t"),
        ("alter table t drop constraint x", "alter table t drop constraint if exists x"),
        ("ALTER TABLE t ADD a int", "ALTER TABLE t ADD IF NOT EXISTS a int"),
        ("ALTER TABLE IF EXISTS t DROP a, DROP b", "ALTER TABLE IF EXISTS t DROP IF EXISTS a, DROP IF EXISTS b"),
        (
            "ALTER TABLE t -- why\n ADD a int, -- first\n ADD b numeric(4, 2) -- second",
            "ALTER TABLE t ADD IF NOT EXISTS a int, ADD IF NOT EXISTS b numeric(4, 2)",
        ),
        ("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)\nON CONFLICT DO NOTHING"),
    ],
)
def test_the_text_is_kept_but_for_the_guard(text, expected):
    assert guard(text) == expected


GAPS = st.sampled_from([" ", "\n", "  -- why; 'x\n", " /* a /* b */ $$ */ ", "\t"])


@given(st.sampled_from([case["sql"] for case in CASES]), st.data())
def test_however_a_statement_is_laid_out_its_guard_is_the_same(text, data):
    words = [text[token.start : token.end] for token in scan(text) if not token.is_comment]
    spread = "".join(word + data.draw(GAPS) for word in words).rstrip()
    plain, laid_out = guard(text), guard(spread)
    assert plain
    assert laid_out
    assert expanded(laid_out) == expanded(plain)


def expanded(text: str) -> list[str]:
    """The words of a text, those of DO blocks too."""
    words = []
    for word in significant_words(text):
        tag = word[: word.index("$", 1) + 1] if word.startswith("$") else ""
        words += significant_words(word.removeprefix(tag).removesuffix(tag)) if tag else [word]
    return words
