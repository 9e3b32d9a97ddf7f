"""A table without row security is in a publication that clients listen to.

Why: realtime sends changes to whoever may read the row: without row security to everybody.

Bad:

    ALTER PUBLICATION supabase_realtime ADD TABLE notes; -- row security off

Good:

    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.ERROR


def check(facts: Facts) -> Iterator[Problem]:
    """A member of a publication, row security off."""
    for path in facts.snapshot.of_kind("publication table"):
        table = facts.relations.get((path[0], path[1]))
        if table and not table.row_security and path[0] not in facts.managed:
            yield Problem(
                f"publication {path[-1]} sends its changes, and row security is off",
                f"table {table.name}",
                f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY; or take it out of the publication.",
            )
