"""Deleting a row changes rows of a protected table that have an owner of their own.

Why: referential actions run as the owner of the table and ask no policy (PostgreSQL manual, 5.9).

Bad:

    notes.folder_id REFERENCES folders ON DELETE CASCADE, with notes.owner_id and folders.owner_id apart

Good:

    FOREIGN KEY (folder_id, owner_id) REFERENCES folders (id, owner_id) ON DELETE CASCADE

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, conditions, listed, session

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """A client can delete the parent, and the child compares a column of its own with the session."""
    for child in facts.tables:
        own = {
            n for _, t in conditions(child) if session(t) for n in child.columns if re.search(rf"(?<![\w.]){n}\b", t)
        }
        for reference in child.references:
            parent = facts.relations.get(reference.table)
            if parent is None or not reference.cascades or not child.row_security or parent.path[0] in facts.managed:
                continue
            clients = [c for c in facts.holders(parent, "DELETE") if facts.applying(parent, c, "DELETE")]
            if clients and own and not own.intersection(reference.columns):
                yield Problem(
                    f"{listed(clients)} deleting from {parent.name} changes its rows without asking its policies",
                    f"table {child.name}",
                    "Let the foreign key hold the owner too, or use ON DELETE RESTRICT.",
                )
