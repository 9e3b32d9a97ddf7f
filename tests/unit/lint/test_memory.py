"""What the linter keeps of files that it has read."""

import gc

from schemactl.core.config import Config
from schemactl.lint.engine import Linter
from schemactl.lint.run import Text, lint_texts
from schemactl.lint.runners import find
from schemactl.lint.site import Settings
from schemactl.sql.parse import parse


def test_the_trees_of_a_file_go_when_it_is_read():
    linter = Linter(Settings(find("schemactl")))
    rows = ", ".join(f"({number})" for number in range(7_000_001, 7_001_001))
    script = parse(f"CREATE TABLE t (a int CHECK (a > 0));\nINSERT INTO t VALUES {rows};\n", "1.sql")
    linter.lint(script, 0)
    assert [statement.node for statement in script.statements] == [{}, {}]
    gc.collect()
    assert len([item for item in gc.get_objects() if isinstance(item, dict) and _is_of_these_rows(item)]) < 100
    assert script.statements[1].text.startswith("INSERT INTO t")


def _is_of_these_rows(item: dict[object, object]) -> bool:
    """Other tests of the same process have trees of their own."""
    value = item.get("ival")
    return isinstance(value, int) and 7_000_000 < value <= 7_001_001


def test_findings_at_earlier_files_still_have_their_place_and_words():
    texts = [
        Text("1.sql", "SELECT 1;\nCREATE TABLE public.t (id int PRIMARY KEY, owner uuid DEFAULT auth.uid());\n"),
        Text("2.sql", "GRANT SELECT ON public.t TO anon;\n"),
    ]
    report = lint_texts(texts, Config())
    (finding,) = (item for item in report.findings if item.rule == "rls-disabled-in-exposed-schema")
    assert finding.span is not None
    assert (finding.span.file, finding.span.line, finding.statement) == ("1.sql", 2, 2)
