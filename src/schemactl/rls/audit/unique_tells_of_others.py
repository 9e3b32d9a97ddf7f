"""A UNIQUE constraint over everybody tells a client which values others have.

Why: the policy is asked before the constraint, so that an allowed INSERT answers 23505 when somebody else has the value.

Bad:

    UNIQUE (slug)

Good:

    UNIQUE (owner_id, slug)

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, conditions, listed, session

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """A client may insert the columns, and they do not hold what the policies compare with the session."""
    for table in facts.tables:
        own = {
            n for _, t in conditions(table) if session(t) for n in table.columns if re.search(rf"(?<![\w.]){n}\b", t)
        }
        for columns in table.unique:
            if columns == table.key or own.intersection(columns) or not own:
                continue
            held = [set(facts.column_holders(table, name, "INSERT")) for name in columns]
            clients = [c for c in facts.clients if all(c in one for one in held) and facts.applying(table, c, "INSERT")]
            if clients:
                yield Problem(
                    f"{listed(clients)} learn from 23505 which ({', '.join(columns)}) others have",
                    f"table {table.name}",
                    f"UNIQUE ({', '.join([*sorted(own)[:1], *columns])}), unless the value is public.",
                )
