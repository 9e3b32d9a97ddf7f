"""Row security keeps clients' queries from an index.

Why: a condition may use an index before the policies are asked only where its operator is leakproof; those of GIN, `@@`,
`@>` and `%` among them, are not (manual, Rules and Privileges): clients scan the table.

Bad:

    CREATE INDEX ON docs USING gin (search); -- on a table with policies that read more than a constant

Good:

    CREATE FUNCTION find_docs(words text) … SECURITY DEFINER … WHERE owner_id = auth.uid() AND search @@ …

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.audit._guards import guards
from schemactl.sql.ddl.expressions import always_true

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """A GIN index, and a policy for reading that is more than a constant."""
    guarded = {g.table.path: g.table for g in guards(facts) if g.using and not always_true(g.using)}
    for path, attributes in facts.snapshot.of_kind("index").items():
        table = guarded.get((path[0], path[1]))
        if table and re.search(r"USING gin\b", str(attributes.get("definition"))):
            yield Problem(
                f"clients' searches do not use {path[2]}: the operators of GIN are not leakproof",
                f"table {table.name}",
                "Search in a SECURITY DEFINER function that asks whose the rows are, or accept the scan.",
            )
