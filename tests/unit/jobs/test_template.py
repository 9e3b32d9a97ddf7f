from pathlib import Path

import pytest

import schemactl.jobs
from schemactl.jobs.template import assemble, fill, variables

QUERIES = sorted((Path(schemactl.jobs.__file__).parent / "queries").glob("*.sql"))
NAMES = {"table": "jobs", "lease": "until", "due": None, "results": ("a", 'b"c'), "poor": None}


def test_a_line_goes_with_the_column_that_is_missing():
    assert assemble('set\n  :"lease" = 1,\n  :"due" = 2\n', NAMES) == 'set\n  :"lease" = 1,'


def test_a_line_stands_once_for_each_of_several_columns():
    assert assemble('  :"results" = r.:"results",', NAMES) == '  "a" = r."a",\n  "b""c" = r."b""c",'


def test_what_hangs_on_several_columns_stands_once():
    assert assemble('filled  /* :"results" */', NAMES) == 'filled  /* "a" */'


def test_a_line_for_poorer_tables_is_a_comment_in_psql():
    line = '--! or true  /* :"poor" */'
    assert assemble(f"  {line}", {**NAMES, "poor": "-"}) == '  or true  /* :"poor" */'
    assert assemble(f"  {line}", NAMES) == ""


def test_a_bracketed_part_is_wanted_by_name():
    text = "a\n-- if letters\nb\n-- end\nc"
    assert assemble(text, NAMES) == "a\nc"
    assert assemble(text, NAMES, ("letters",)) == "a\nb\nc"


def test_identifiers_are_quoted_labels_written_in_and_values_left_to_the_driver():
    text = """select 1 % 2 from :"table" where s = :'waiting' and n < :'limit' and x::int = 1 and y = z:::"table" """
    assert fill(text, {"table": 'jo"bs'}, {"waiting": "it's"}) == (
        """select 1 %% 2 from "jo""bs" where s = 'it''s' and n < %(limit)s and x::int = 1 and y = z::"jo""bs" """
    )


def test_variables_are_those_in_single_quotes():
    assert variables("""select f(:'id', :'token', :"name", x::text)""") == {"id", "token"}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_every_query_says_what_it_does(path: Path):
    assert path.read_text(encoding="utf-8").startswith("-- ")
