"""A suppression silences what it names, where it stands, and nothing else."""

from datetime import date

import pytest

from schemactl.core.config import Config, LintConfig, Switch
from schemactl.core.errors import ConfigError, UsageError
from schemactl.core.findings import Severity
from schemactl.lint.run import Options, Text, lint_texts


def rules(sql: str, **changes: object) -> list[str]:
    options = Options(select=("destructive", "engine"), today=date(2026, 5, 1), **changes)  # type: ignore[arg-type]
    return [finding.rule for finding in lint_texts([Text("a.sql", sql)], Config(), options).findings]


def test_one_statement_is_not_the_whole_file():
    sql = "-- schemactl:ignore ban-drop-table: moved\nDROP TABLE a;\nDROP TABLE b;\n"
    assert rules(sql) == ["ban-drop-table"]


def test_a_file():
    assert rules("-- schemactl:ignore-file ban-drop-table: moved\nDROP TABLE a;\nDROP TABLE b;\n") == []


def test_a_family():
    assert rules("-- schemactl:ignore destructive: moved\nDROP TABLE a;\n") == []


def test_without_a_reason_it_does_not_count():
    assert sorted(rules("-- schemactl:ignore ban-drop-table\nDROP TABLE a;\n")) == ["bad-directive", "ban-drop-table"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-05-01", []),
        ("2026-04-30", ["ban-drop-table", "expired-ignore"]),
        ("soon", ["ban-drop-table", "expired-ignore"]),
    ],
)
def test_expiry(until: str, expected: list[str]):
    assert sorted(rules(f"-- schemactl:ignore ban-drop-table: moved (until {until})\nDROP TABLE a;\n")) == expected


def test_what_did_not_run_is_not_called_useless():
    assert rules("-- schemactl:ignore require-concurrent-reindex: small\nSELECT 1;\n") == []


def test_paths_and_severities_from_the_configuration():
    texts = [Text("old/a.sql", "DROP TABLE a;"), Text("new/b.sql", "DROP TABLE b;")]
    lint = LintConfig(rules={"ban-drop-table": Switch.ERROR}, paths={"old/*": ("ban-drop-table",)})
    found = lint_texts(texts, Config(lint=lint), Options(select=("ban-drop-table",))).findings
    assert [(finding.span.file, finding.severity) for finding in found if finding.span] == [
        ("new/b.sql", Severity.ERROR)
    ]
    off = LintConfig(rules={"destructive": Switch.OFF})
    assert "ban-drop-table" not in {item.rule for item in lint_texts(texts, Config(lint=off)).findings}


def test_names_that_are_no_rules():
    with pytest.raises(UsageError, match="ban-drop-tabel") as caught:
        lint_texts([], Config(), Options(select=("ban-drop-tabel",)))
    assert caught.value.hint == "Did you mean `ban-drop-table`?"
    with pytest.raises(ConfigError):
        lint_texts([], Config(lint=LintConfig(ignore=("nothing",))))
    with pytest.raises(ConfigError, match="psqll"):
        lint_texts([], Config(lint=LintConfig(runner="psqll")))
    assert lint_texts([], Config(), Options(select=("prefer-robust-stmts",))).findings == ()
