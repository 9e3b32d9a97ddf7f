"""No index begins with the column that a policy compares with the session.

Why: every statement of a client then scans the table for its own rows.

Bad:

    USING (user_id = (SELECT auth.uid())) -- no index on user_id

Good:

    CREATE INDEX ON notes (user_id);

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.guessing import hints

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """The column that says whose a row is, and no index that leads with it."""
    indexes: dict[tuple[str, ...], list[str]] = {}
    for path, attributes in facts.snapshot.of_kind("index").items():
        indexes.setdefault(path[:2], []).append(str(attributes.get("definition", "")))
    for table in facts.tables:
        column = next((hint.column for hint in hints(table) if hint.origin.startswith("policy")), None)
        if column and not any(
            re.search(rf"USING \w+ \(\"?{re.escape(column)}\b", text) for text in indexes.get(table.path, ())
        ):
            yield Problem(
                f"policies compare {column} with the session, and no index begins with it",
                f"table {table.name}",
                f"CREATE INDEX CONCURRENTLY ON {table.name} ({column});",
            )
