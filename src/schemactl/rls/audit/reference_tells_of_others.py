"""A foreign key tells a client which keys exist in a table that he may not read.

Why: the reference is checked without row security: success says that the parent is there, 23503 that it is not.

Bad:

    folder_id uuid REFERENCES folders (id)

Good:

    FOREIGN KEY (owner_id, folder_id) REFERENCES folders (owner_id, id)

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, listed, session
from schemactl.rls.relations import Reference, Relation
from schemactl.sql.ddl.expressions import tree

SEVERITY = Severity.INFO


def check(facts: Facts) -> Iterator[Problem]:
    """A client may insert the reference, the parent is protected, and no policy of the child asks about the parent."""
    for table in facts.tables:
        for reference in table.references:
            parent = facts.relations.get(reference.table)
            if parent and parent.row_security and parent.path != table.path and parent.path[0] not in facts.managed:
                clients = [client for client in facts.clients if _tries(facts, table, reference, parent, client)]
                if clients:
                    yield Problem(
                        f"{listed(clients)} learn from 23503 which rows of {parent.name} exist, "
                        f"through {', '.join(reference.columns)}",
                        f"table {table.name}",
                        f"Let the policy's CHECK ask whether the parent is theirs, or put the owner into the reference "
                        f"to {parent.name}.",
                    )
                    break


def _tries(facts: Facts, table: Relation, reference: Reference, parent: Relation, client: str) -> bool:
    """Insertion with a key of the client's choice; the person's own column, compared with the session, is none."""
    if not all(client in facts.column_holders(table, name, "INSERT") for name in reference.columns):
        return False
    for policy in facts.applying(table, client, "INSERT"):
        text = policy.check or policy.using or ""
        asks = parent.path[1] in text or any(name in text for name in reference.columns)
        called = facts.effects.called_in(tree(text))
        helps = any(parent.path[1] in str(facts.effects.functions[path].get("body")) for path in called)
        if text and session(text) and not asks and not helps:
            return True
    return False
