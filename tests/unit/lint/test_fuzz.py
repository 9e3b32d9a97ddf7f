"""Any text at all is linted without an exception."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.lint.cases import cases

from schemactl.core.config import Config, LintConfig
from schemactl.lint.run import Options, Text, lint_stdin, lint_texts

REAL = sorted((Path(__file__).parents[2] / "cases" / "plans" / "migrations").glob("*.sql"))
EVERYTHING = Options(select=("all",), fixes=True)
VOCABULARY = """create table t if not exists ( ) a int text null not primary key references alter add column constraint
check drop default now() uuid index concurrently on unique policy to using true with grant all do $$ begin end ; insert
into values update set = delete from where 1 'x' "Y" type as enum trigger function partition of attach , /*y*/"""
WORDS = st.sampled_from([*VOCABULARY.split(), "--x\n", "-- schemactl:ignore"])


def lint(text: str, runner: str = "schemactl") -> None:
    lint_texts([Text("any.sql", text)], Config(lint=LintConfig(runner=runner)), EVERYTHING)


@given(st.text())
def test_any_text(text: str):
    lint(text)


@given(st.binary())
def test_any_bytes(data: bytes):
    lint_stdin(data, Config(), EVERYTHING)


@given(st.lists(WORDS, max_size=40).map(" ".join), st.sampled_from(["psql", "schemactl", "prisma"]))
def test_words_of_sql(text: str, runner: str):
    lint(text, runner)


@pytest.mark.parametrize("seed", range(40))
def test_real_files_with_parts_cut_doubled_and_swapped(seed: int):
    dice = random.Random(seed)
    statements = dice.choice(REAL).read_text(encoding="utf-8").split(";")
    for _ in range(8):
        kind = dice.randrange(4)
        place = dice.randrange(len(statements))
        if kind == 0:
            statements.pop(place)
        elif kind == 1:
            statements.insert(dice.randrange(len(statements) + 1), statements[place])
        elif kind == 2:
            text = statements[place]
            cut = dice.randrange(len(text) + 1)
            statements[place] = text[:cut] + text[cut + dice.randrange(12) :]
        else:
            statements[place] = statements[place].replace("public.", "").swapcase()
        statements = statements or [""]
    lint(";".join(statements))


def test_all_cases_at_once_and_without_their_commas():
    text = "\n".join(case.given["sql"] for case in cases())
    lint(text)
    lint(text.replace("BEGIN;", ""), "psql")


@pytest.mark.parametrize("depth", [50, 200, 400, 2000])
@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX i ON t (({})); CREATE INDEX j ON t (({}));",
        "CREATE TABLE t (a int CHECK ({} > 0));",
        "CREATE POLICY p ON t USING ({} > 0);",
        "UPDATE t SET a = {} WHERE {} = 1;",
        "ALTER TABLE t ADD COLUMN b int DEFAULT ({});",
        "DO $$ BEGIN EXECUTE 'x' || {}; END $$;",
        "CREATE FUNCTION f(a text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'x' || {}; END $$;",
    ],
)
@pytest.mark.parametrize("link", [" + a", " || a", " OR a", " AND a IS NULL"])
def test_expressions_as_deep_as_the_parser_takes(sql: str, depth: int, link: str):
    expression = "a" + link * depth
    lint(sql.replace("{}", expression))


@pytest.mark.parametrize("depth", [20, 100, 300, 1000])
@pytest.mark.parametrize("around", [("BEGIN ", " END;"), ("IF a THEN ", " END IF;"), ("LOOP ", " END LOOP;")])
def test_blocks_as_deep_as_the_parser_takes(depth: int, around: tuple[str, str]):
    body = around[0] * depth + "CREATE TABLE t (a int);" + around[1] * depth
    lint(f"DO $$ DECLARE a boolean; BEGIN {body} END $$;")
    lint(f"CREATE FUNCTION f(a boolean) RETURNS void LANGUAGE plpgsql AS $$ BEGIN {body} END $$;")
