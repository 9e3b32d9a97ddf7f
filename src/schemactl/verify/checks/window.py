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
from schemactl.sql.names import Name
from schemactl.sql.nodes import relation_name, strings
from schemactl.sql.objects import Action, Change, changes
from schemactl.sql.parse import Statement
from schemactl.verify import findings
from schemactl.verify.chain import Step, step
from schemactl.verify.lane import Diverged, Failed, Lane
from schemactl.verify.walk import Opening, Outcome, Walk

NAME = "window"
_Table = tuple[str, str]


def run(walk: Walk) -> Outcome:
    """Note what is open at each commit, and tell of the tables that are secured at the end."""
    opened = {(one.schema, one.table): one for one in walk.known(NAME).opened}
    with walk.lane() as there:
        by_earlier_files = set(_tables(there, "open_tables")) - opened.keys() if walk.before else set()
        for current in walk.steps(NAME):
            for statement in _commits(there, current):
                for schema, table in _tables(there, "open_tables"):
                    opened.setdefault((schema, table), Opening(schema, table, current.file, statement.index))
        secured = set(_tables(there, "secured_tables")) - by_earlier_files
    migrations = {migration.file: migration for migration in walk.whole.migrations}
    late = ((table, one, step(migrations[one.file])) for table, one in opened.items() if table in secured)
    found = (_finding(walk, table, where, _statement(where, one)) for table, one, where in late)
    return Outcome(at_end=tuple(found), opened=tuple(opened.values()))


def _statement(of: Step, opening: Opening) -> Statement:
    return next(one for one in of.statements if one.index == opening.statement)


def _commits(there: Lane, current: Step) -> Iterator[Statement]:
    """Apply the step; the statement behind which each commit stands, as it is made."""
    if current.transactional:
        there.advance(current)
        if current.statements:
            yield current.statements[-1]
        return
    there.connection.execute("DISCARD ALL")
    for statement in current.statements:
        failure = attempt(there.connection, statement.text)
        if failure:
            raise Diverged(current, Failed(statement, failure))
        yield statement


def _finding(walk: Walk, table: _Table, where: Step, statement: Statement) -> Finding:
    name = ".".join(table)
    opener = _opener(where, statement, table)
    message = f"{name} can be touched by others here while its row security is off; it is enabled later only"
    said = findings.at(
        NAME, opener, message, hint=f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY in the same transaction."
    )
    script = walk.script_before(message, where)
    if where.transactional:
        script = script.files([where])
    else:
        script = script.statements(one for one in where.statements if one.index <= statement.index)
    return findings.told(said, script.say("this is committed").doors(*table))


def _opener(step: Step, commit: Statement, table: _Table) -> Statement:
    """Of the statements committed together, the first that grants on the table, or else the one that made it."""
    together = [one for one in step.statements if one.index <= commit.index] if step.transactional else [commit]
    made = [one for one in together if any(_makes(change, table) for change in changes(one))]
    granted = [one for one in together if _grants(one, table)]
    return (granted or made or [commit])[0]


def _makes(change: Change, table: _Table) -> bool:
    return change.action is Action.CREATE and change.kind == "table" and _is(change.name, table)


def _grants(statement: Statement, table: _Table) -> bool:
    if statement.kind != "GrantStmt" or statement.node["objtype"] != "OBJECT_TABLE":
        return False
    objects = statement.node["objects"]
    relations = [relation_name(one["RangeVar"]) for one in objects if "RangeVar" in one]
    return table[0] in strings(objects) or any(_is(name, table) for name in relations)


def _is(name: Name, table: _Table) -> bool:
    """Whether they may be the same: a name without schema is looked up by a path that only the server knows."""
    return name.name == table[1] and name.schema in (None, table[0])


def _tables(there: Lane, query: str) -> list[_Table]:
    rows = there.connection.execute(read_text("schemactl.verify", f"queries/{query}.sql").encode()).fetchall()
    return [(str(schema), str(table)) for schema, table in rows]
