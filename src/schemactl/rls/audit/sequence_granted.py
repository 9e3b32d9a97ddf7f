"""Clients may set a sequence.

Why: setval() turns the next keys into ones that exist: every INSERT fails.

Bad:

    GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO authenticated;

Good:

    GRANT USAGE ON SEQUENCE notes_id_seq TO authenticated;

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, grantees

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """UPDATE on a sequence, by itself or with ALL."""
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for path, attributes in facts.snapshot.of_kind("sequence").items():
        grants = attributes.get("grants")
        if path[0] in facts.managed or not isinstance(grants, dict):
            continue
        held = [c for c in facts.clients if {"ALL", "UPDATE"}.intersection(map(str, grants.get(c, ())))]
        if held:
            groups.setdefault((path[0], *held), []).append(path)
    for (schema, *held), paths in groups.items():
        many = len(paths) > 3
        name = ".".join(paths[0])
        yield Problem(
            f"{', '.join(held)} may call setval()",
            f"{len(paths)} sequences of schema {schema}" if many else f"sequence {name}",
            f"REVOKE UPDATE ON {f'ALL SEQUENCES IN SCHEMA {schema}' if many else f'SEQUENCE {name}'} FROM {grantees(held)};",
        )
