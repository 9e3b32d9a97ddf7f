"""Whatever the parser accepts, the functions that know statements answer without an error."""

import tomllib
from pathlib import Path

import pytest

from schemactl.sql.enums import uses_of_new_values
from schemactl.sql.guards import guarded
from schemactl.sql.locks import locks
from schemactl.sql.objects import changes
from schemactl.sql.parse import parse
from schemactl.sql.transactions import Needs, control, requirement

ODD = """
ALTER TABLE t ADD CHECK (f(t.*));
COMMENT ON CONSTRAINT c ON DOMAIN d IS 'x';
CREATE INDEX ON t ((t.*));
CREATE SCHEMA AUTHORIZATION CURRENT_ROLE;
CREATE STATISTICS ON a, b FROM t;
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION f(internal));
DROP OPERATOR === (NONE, int);
DROP TRANSFORM FOR int LANGUAGE sql;
DROP CAST (int AS text);
DROP OWNED BY CURRENT_USER;
ALTER ROLE ALL SET work_mem = '4MB';
ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
ALTER OPERATOR FAMILY f USING btree ADD FUNCTION 1 g(int, int);
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH simple;
CREATE RULE r AS ON INSERT TO t DO INSTEAD (SELECT 1; DELETE FROM u);
IMPORT FOREIGN SCHEMA s FROM SERVER w INTO x;
COPY (SELECT 1) TO '/tmp/x';
SELECT FROM (VALUES (1)) v FOR UPDATE OF v;
TABLE t;
VALUES (1);
EXPLAIN SELECT 1;
PREPARE x AS SELECT 1;
EXECUTE x;
NOTIFY c;
CHECKPOINT;
LOAD 'x';
REASSIGN OWNED BY a TO b;
SECURITY LABEL ON TABLE t IS 'x';
CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'symbol';
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'not sql at all';
DO 'not plpgsql $';
"""


def texts() -> list[str]:
    found = [statement.text for statement in parse(ODD, "f.sql").statements]
    for path in sorted(Path("tests/cases/sql").glob("*.toml")):
        for value in tomllib.loads(path.read_text(encoding="utf-8")).values():
            found += [item["sql"] if isinstance(item, dict) else item for item in value]
    return found


@pytest.mark.parametrize("text", texts(), ids=lambda text: text[:60])
def test_every_function_answers(text):
    script = parse("ALTER TYPE e ADD VALUE 'sql';" + text, "f.sql")
    assert list(uses_of_new_values(script.statements, 16)) is not None
    for statement in script.statements[1:]:
        assert requirement(statement).needs in Needs
        assert control(statement) is None or statement.kind == "TransactionStmt"
        assert all(change.object for change in changes(statement))
        assert all(lock.relation.name for lock in locks(statement, 14))
        rewritten = guarded(statement)
        if rewritten:
            assert parse(rewritten, "f.sql").statements[-1].end == len(rewritten)
