"""A column of a table in use changes its type in a way that rewrites the table.

Why: Every row and every index on the column is written anew while nobody can read or write. Lengthening a varchar,
varchar to text, and more digits of the same scale for a numeric change the catalog only.

Bad:

    ALTER TABLE orders ALTER COLUMN id TYPE bigint;

Good:

    ALTER TABLE orders ADD COLUMN id_big bigint;

Lock taken: ACCESS EXCLUSIVE on the table, for the whole rewrite.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.lint.casts import Change, judge, moves_no_time
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import SetType
from schemactl.sql.ddl.words import spoken

_EFFECTS = {
    Change.REWRITE: "rewrites all of",
    Change.REINDEX: "builds its indexes again on",
    Change.UNKNOWN: "may rewrite all of",
}


def check(action: SetType, site: Site) -> Iterator[Problem]:
    """ALTER COLUMN … TYPE, judged by the old type where an earlier statement told it."""
    if not site.is_table() or site.is_new():
        return
    table = site.table()
    column = table.columns.get(action.column) if table else None
    old = column.type if column else None
    change = judge(old, action)
    if site.file.session.in_utc and moves_no_time(old, action):
        indexed = table is not None and any(action.column in index.keys for index in table.indexes.values())
        change = Change.REINDEX if indexed else Change.UNKNOWN if old is None else Change.CATALOG_ONLY
    if change is Change.CATALOG_ONLY:
        return
    target = f"column {site.target}.{action.column}"
    was = f" from {spoken(column.type)}" if column and column.type else ""
    yield Problem(
        f"changing {action.column}{was} to {spoken(action.type)} "
        f"{_EFFECTS[change]} {site.target} under ACCESS EXCLUSIVE",
        hint="Add a column of the new type, keep both in step with a trigger, fill it in batches, then switch over.",
        object=target,
        at=action.at,
        severity=Severity.INFO if change is Change.UNKNOWN else None,
    )
