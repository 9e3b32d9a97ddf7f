"""What is too large to be read is refused, before it takes the memory of the machine."""

import pytest

from schemactl.core.errors import SourceError
from schemactl.sql import syntax
from schemactl.sql.parse import parse

ROWS = "insert into t values " + ", ".join(["(1, 2, 3)"] * 100)


def test_more_values_than_there_is_room_for_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(syntax, "MAX_TREE", 10_000)
    with pytest.raises(SourceError, match="more values than there is room for") as caught:
        parse(ROWS, "rows.sql")
    assert caught.value.hint == "Split the file, or load data outside the migrations."


def test_a_long_text_with_few_values_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(syntax, "MAX_TREE", 10_000)
    (statement,) = parse(f"select $${'long ' * 500}$$").statements
    assert statement.kind == "SelectStmt"
