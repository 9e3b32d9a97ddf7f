"""REINDEX without CONCURRENTLY.

Why: REINDEX stops writes to the table, and queries that would use the index, until the index is rebuilt.

Bad:

    REINDEX TABLE orders;

Good:

    -- schemactl:transaction=none
    REINDEX TABLE CONCURRENTLY orders;

Lock taken: SHARE on the table and ACCESS EXCLUSIVE on the index. CONCURRENTLY takes SHARE UPDATE EXCLUSIVE.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Reindex


def check(reindex: Reindex, site: Site) -> Iterator[Problem]:
    """Every form but CONCURRENTLY; REINDEX SYSTEM has none."""
    if reindex.concurrently or reindex.kind == "system":
        return
    if reindex.kind == "table" and reindex.name and site.is_new(reindex.name):
        return
    yield Problem(
        f"REINDEX {reindex.kind.upper()} stops writes while it rebuilds",
        hint=f"REINDEX {reindex.kind.upper()} CONCURRENTLY {reindex.name};",
        object=f"{reindex.kind} {reindex.name}",
    )
