"""A new enum value is used in the transaction that adds it.

Why: Postgres refuses it (55P04) until the transaction is committed.

Bad:

    ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'paid';
    UPDATE orders SET status = 'paid'::order_status WHERE total = 0;

Good:

    ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'paid';

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.lint.problem import Problem
from schemactl.lint.schema.model import Origin
from schemactl.lint.site import FileEnd, Site
from schemactl.sql.enums import uses_of_new_values
from schemactl.sql.parse import Statement


def check(node: FileEnd, site: Site) -> Iterator[Problem]:
    """A literal of that value behind it, in the same transaction; a warning where its type is not certain."""
    del node
    groups: dict[int, list[Statement]] = {}
    for statement, block in zip(site.file.script.statements, site.file.blocks, strict=True):
        if block is not None:
            groups.setdefault(block, []).append(statement)
    for number, statements in groups.items():
        for use in uses_of_new_values(statements, site.version):
            yield Problem(
                f"'{use.value}' is added to {use.type} by statement {use.added.index} of the same transaction: using it fails (55P04)",
                hint="Move ADD VALUE to a migration of its own before this one.",
                object=f"type {use.type}",
                origin=Origin(site.file.number, use.used.index, number),
                severity=None if use.certain else Severity.WARNING,
            )
