import tomllib
from pathlib import Path

import pytest

from schemactl.sql.parse import Statement, parse
from schemactl.sql.transactions import Control, Needs, control, requirement

CASES = tomllib.loads(Path("tests/cases/sql/transactions.toml").read_text(encoding="utf-8"))


def only(text: str) -> Statement:
    (statement,) = parse(text, "f.sql").statements
    return statement


@pytest.mark.parametrize(("needs", "text"), [(needs, text) for needs in CASES for text in CASES[needs]])
def test_a_statement_needs_what_the_catalogue_says(needs, text):
    found = requirement(only(text))
    assert found.needs is Needs[needs.upper()]
    assert bool(found.command) == (found.needs is not Needs.ANYTHING)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BEGIN", Control.BEGIN),
        ("START TRANSACTION READ ONLY", Control.BEGIN),
        ("END", Control.COMMIT),
        ("COMMIT AND CHAIN", Control.COMMIT),
        ("ABORT", Control.ROLLBACK),
        ("SAVEPOINT a", Control.SAVEPOINT),
        ("ROLLBACK TO a", Control.ROLLBACK_TO),
        ("RELEASE a", Control.RELEASE),
        ("PREPARE TRANSACTION 'x'", Control.PREPARE),
        ("COMMIT PREPARED 'x'", Control.COMMIT_PREPARED),
        ("SELECT 'COMMIT'", None),
        ("DO $$ BEGIN END $$", None),
    ],
)
def test_transaction_control_is_recognised(text, expected):
    assert control(only(text)) is expected
