import pytest

from schemactl.core.errors import ConfigError
from schemactl.migrations import directives
from schemactl.migrations.directives import Directives
from schemactl.sql.parse import parse


def read(text: str) -> Directives:
    return directives.read(parse(text, "0001_a.sql"))


def test_settings_stand_at_the_head():
    found = read("-- Builds the index.\n-- schemactl:transaction=none\r\n--schemactl: lock_timeout = 2s\nSELECT 1;")
    assert found == Directives(transaction=False, lock_timeout="2s")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1;",
        "-- schemactl applies this file\nSELECT 1;",
        "-- Note: transaction=none is what another tool calls it\nSELECT 1;",
        "-- security: lock_timeout=2s would be too long\nSELECT 1;",
        "-- migrate:up\nSELECT 1; -- migrate downwards",
        "-- For example `-- schemactl:transaction=none`\n-- -- schemactl:nonsense\nSELECT 1;",
        "SELECT '\n-- schemactl:transaction=none\n';",
        "DO $$\n-- schemactl:nonsense\nBEGIN END $$;",
    ],
)
def test_other_comments_and_literals_are_not_directives(text: str):
    assert read(text) == Directives()


@pytest.mark.parametrize(
    ("text", "message", "line", "hint"),
    [
        ("-- schemactl:transacton=none\nSELECT 1;", "unknown directive `transacton`", 1, "Did you mean `transaction`?"),
        ("-- schemactl:\nSELECT 1;", "an empty directive", 1, "Known: ignore, ignore-file"),
        ("-- schemactl:transaction\nSELECT 1;", "malformed", 1, "`-- schemactl:transaction=none`"),
        ("-- schemactl:transaction: none\nSELECT 1;", "malformed", 1, "`-- schemactl:transaction=none`"),
        ("-- schemactl:transaction=off\nSELECT 1;", "`transaction` cannot be `off`", 1, "Known: none."),
        ("-- schemactl:lock_timeout=2\nSELECT 1;", "`lock_timeout` cannot be `2`", 1, "500ms, 2s"),
        ("-- schemactl:lock_timeout=\nSELECT 1;", "malformed", 1, "`-- schemactl:lock_timeout=2s`"),
        ("-- schemactl:lock_timeout=99999999h\nSELECT 1;", "cannot be `99999999h`", 1, "The longest is 24 days"),
        ("-- schemactl:statement_timeout=1s; DROP\nSELECT 1;", "cannot be `1s; DROP`", 1, "with its unit"),
        ("SELECT 1;\n-- schemactl:transaction=none\n", "stands behind its first statement (line 1)", 2, "head"),
        ("-- schemactl:lock_timeout=1s\n-- schemactl:lock_timeout=2s\nSELECT 1;", "set twice", 2, "Keep one"),
        ("/* schemactl:transaction=none */ SELECT 1;", "block comment", 1, "line comment"),
        ("-- schemctl:transaction=none\nSELECT 1;", "is not a directive", 1, "`-- schemactl:transaction=none`"),
        ("-- Schemactl:transaction=none\nSELECT 1;", "is not a directive", 1, "`-- schemactl:transaction=none`"),
        ("-- schemactl-ignore a-rule: why\nSELECT 1;", "is not a directive", 1, "`-- schemactl:ignore a-rule: why`"),
        ("-- schemactl ignore a-rule: why\nSELECT 1;", "is not a directive", 1, "`-- schemactl:ignore a-rule: why`"),
        ("-- schemactl:ignore\nSELECT 1;", "malformed", 1, "ignore rule-name: why"),
        ("-- schemactl:ignore=a-rule\nSELECT 1;", "malformed", 1, "ignore rule-name: why"),
        ("-- schemactl:ignore a-rule\nSELECT 1;", "`ignore a-rule` gives no reason", 1, "ignore a-rule: why"),
        ("-- schemactl:ignore a-rule:  \nSELECT 1;", "`ignore a-rule` gives no reason", 1, "ignore a-rule: why"),
        ("SELECT 1;\n-- schemactl:ignore a-rule: why\n", "no statement follows", 2, "above its statement"),
        ("SELECT\n-- schemactl:ignore a-rule: why\n1;", "inside statement 1", 2, "line of its own"),
        ("SELECT 1; -- schemactl:ignore a-rule: why\nSELECT 2;", "behind statement 1", 1, "line of its own"),
        ("SELECT 1;\n-- migrate:down\nSELECT 2;", "holds its own reversal", 2, ".down.sql"),
        ("-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;", "holds its own reversal", 3, ".down.sql"),
        ("SELECT 1;\n---- create above / drop below ----\nSELECT 2;", "own reversal", 2, ".down.sql"),
        ("SELECT 1;\n-- schemactl:ignore-file a-rule: why\nSELECT 2;", "behind its first statement", 2, "head"),
    ],
)
def test_a_directive_that_cannot_be_followed_is_an_error(text: str, message: str, line: int, hint: str):
    found = read(text)
    (problem,) = found.problems
    assert message in problem.message
    assert problem.span.line == line
    assert problem.hint is not None
    assert hint in problem.hint
    assert not found.suppressions
    with pytest.raises(ConfigError) as caught:
        found.require_sound()
    assert str(caught.value.place) == f"0001_a.sql:{problem.span.line}:{problem.span.column}"


def test_suppressions_name_the_next_statement_or_the_file():
    found = read(
        "-- schemactl:ignore-file prefer-identity: old style here\n"
        "SELECT 1;\n\n"
        "-- schemactl:ignore ban-drop-table, ban-drop-column: nobody reads it: since May\n"
        "-- and a comment between\n"
        "SELECT 2;\n"
    )
    assert [(item.rule, item.reason, item.statement, item.span.line) for item in found.suppressions] == [
        ("prefer-identity", "old style here", None, 1),
        ("ban-drop-table", "nobody reads it: since May", 2, 4),
        ("ban-drop-column", "nobody reads it: since May", 2, 4),
    ]
    found.require_sound()


def test_a_file_without_statements_may_have_settings_but_nothing_to_suppress():
    assert not read("-- schemactl:lock_timeout=1min\n").problems
    assert read("-- schemactl:ignore a-rule: why\n").problems
