"""No committed moment at which a table can be reached before its row security is on.

What: at every point of the chain where something is committed, the tables are listed that somebody besides their owner
may touch while row security is off; those whose row security is on at the end of the chain had an open window. A file
that runs in one transaction is committed at its end, another one after each statement.

Why: the minutes between a GRANT (or the platform's default privileges) and ENABLE ROW LEVEL SECURITY are enough to read
a table; a deployment that stops in between makes them days.

Bad: one file creates and grants, the next one enables row security. Good: CREATE TABLE, ENABLE ROW LEVEL SECURITY, then
the policies and the GRANT, in one transaction.
"""

from collections.abc import Iterator

from schemactl.core.findings import Finding
from schemactl.core.resources import read_text
from schemactl.db.execute import attempt
from schemactl.sql.parse import Statement
from schemactl.verify import findings
from schemactl.verify.chain import Step
from schemactl.verify.lane import Lane
from schemactl.verify.walk import Outcome, Walk

NAME = "window"
_Table = tuple[str, str]


def run(walk: Walk) -> Outcome:
    """Note what is open at each commit, and tell of the tables that are secured at the end."""
    first_open: dict[_Table, Statement] = {}
    with walk.lane() as there:
        open_before = set(_tables(there, "open_tables")) if walk.start else set()
        for step in walk.steps(NAME):
            for statement in _commits(there, step):
                first_open = dict.fromkeys(open_before, statement) | first_open
                open_before = set()
                for table in _tables(there, "open_tables"):
                    first_open.setdefault(table, statement)
        secured = set(_tables(there, "secured_tables"))
    return Outcome(tuple(_finding(table, at) for table, at in first_open.items() if table in secured))


def _commits(there: Lane, step: Step) -> Iterator[Statement]:
    """Apply the step; the statement behind which each commit stands, as it is made."""
    if step.transactional:
        there.advance(step)
        if step.statements:
            yield step.statements[-1]
        return
    for statement in step.statements:
        attempt(there.connection, statement.text)
        yield statement


def _finding(table: _Table, statement: Statement) -> Finding:
    name = ".".join(table)
    message = f"{name} can be touched by others here while its row security is off; it is enabled later only"
    return findings.at(
        NAME, statement, message, hint=f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY in the same transaction."
    )


def _tables(there: Lane, query: str) -> list[_Table]:
    rows = there.connection.execute(read_text("schemactl.verify", f"queries/{query}.sql").encode()).fetchall()
    return [(str(schema), str(table)) for schema, table in rows]
