import pytest

from schemactl.core.errors import SourceError
from schemactl.sql.parse import parse


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("CREATE POLICY IF NOT EXISTS p ON t", "DROP POLICY IF EXISTS"),
        ("create or replace policy p on t", "DROP POLICY IF EXISTS"),
        ("CREATE TRIGGER IF NOT EXISTS x BEFORE INSERT ON t EXECUTE FUNCTION f()", "CREATE OR REPLACE TRIGGER"),
        ("CREATE FUNCTION IF NOT EXISTS f() RETURNS int LANGUAGE sql AS ''", "CREATE OR REPLACE"),
        ("CREATE OR REPLACE TABLE t (a int)", "IF NOT EXISTS"),
        ("CREATE OR REPLACE MATERIALIZED VIEW m AS SELECT 1", "MATERIALIZED VIEW IF NOT EXISTS"),
        ("CREATE TYPE IF NOT EXISTS e AS ENUM ('a')", "DO block"),
        ("CREATE ROLE\n  IF NOT EXISTS r", "DO block"),
        ("ALTER TABLE t ADD CONSTRAINT IF NOT EXISTS x CHECK (a > 1)", "pg_constraint"),
        ("ALTER POLICY IF EXISTS p ON t USING (true)", "DO block"),
        ("ALTER TYPE IF EXISTS t ADD VALUE 'x'", "DO block"),
        ("CREATE INDEX IF NOT EXISTS CONCURRENTLY i ON t (a)", "CONCURRENTLY before"),
        ("SELECT `a` FROM t", "double quotes"),
        ("CREATE TABLE t (a int AUTO_INCREMENT)", "IDENTITY"),
        ("SELECT 1;\nGO\nSELECT 2;", "semicolon"),
        ("DELIMITER //\nSELECT 1;", "$$"),
        ("SELECT 1;\n<<<<<<< HEAD\nSELECT 2;", "merge conflict"),
    ],
)
def test_a_slip_is_told_what_to_write(text, hint):
    with pytest.raises(SourceError) as caught:
        parse(text, "f.sql")
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE t (a int,)",
        "CREATE TYPE e AS ENUN ('a')",
        "CREATE POLICY p ON t USING",
        "SELECT '`'; SELECT 1 FROM WHERE",
    ],
)
def test_other_errors_get_no_such_advice(text):
    with pytest.raises(SourceError) as caught:
        parse(text, "f.sql")
    assert caught.value.hint is None
