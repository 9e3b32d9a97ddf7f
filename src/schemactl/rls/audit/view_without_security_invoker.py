"""A view over a protected table runs as its owner: row security is that of the owner.

Why: without security_invoker a view reads with the rights of its owner (CREATE VIEW), whom row security seldom binds. PostgreSQL 14
does not have it: there such a view is for nobody but its owner, or for a schema that clients do not reach.

Bad:

    CREATE VIEW all_notes AS SELECT * FROM notes; GRANT SELECT ON all_notes TO authenticated;

Good:

    CREATE VIEW all_notes WITH (security_invoker = true) AS SELECT * FROM notes;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, grantees, listed, session, switched_on

SEVERITY = Severity.ERROR
_SINCE = 150000


def check(facts: Facts) -> Iterator[Problem]:
    """A grant on the view, row security on a table beneath it, through other views too.

    One whose WHERE asks for the session chooses rows itself: fragile, and no leak yet.
    """
    for view in facts.exposed:
        clients = facts.holders(view, "SELECT", "INSERT", "UPDATE", "DELETE")
        if view.kind != "view" or not clients or switched_on(view, "security_invoker"):
            continue
        seen, pending = {view.path}, [view]
        while pending:
            one = pending.pop()
            definition = str(facts.snapshot.of_kind(one.kind).get(one.path, {}).get("definition", ""))
            for below in facts.reads(definition):
                if below.path not in seen:
                    seen.add(below.path)
                    pending += [below] if below.kind == "view" else []
        guarded = sorted(facts.relations[path].name for path in seen if facts.relations[path].row_security)
        if guarded:
            definition = str(facts.snapshot.of_kind("view").get(view.path, {}).get("definition", ""))
            chooses = session(definition.partition("WHERE")[2])
            yield Problem(
                f"{listed(clients)} read {', '.join(guarded)} through it with the rights of {view.owner}",
                f"view {view.name}",
                f"ALTER VIEW {view.name} SET (security_invoker = true);"
                if facts.snapshot.server_version >= _SINCE
                else f"REVOKE ALL ON {view.name} FROM {grantees(clients)}; -- security_invoker is there from version 15 on",
                Severity.WARNING if chooses else None,
            )
