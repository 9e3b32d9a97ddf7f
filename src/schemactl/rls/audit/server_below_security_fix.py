"""The server lacks fixes for holes in row security.

Why: minor versions repair ways around row security; CVE-2026-120154 reads every row by ON CONFLICT DO UPDATE.

Bad:

    PostgreSQL 15.18

Good:

    PostgreSQL 15.20

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem

SEVERITY = Severity.WARNING


def check(facts: Facts) -> Iterator[Problem]:
    """Below the minor version that has them."""
    major, minor = divmod(facts.snapshot.server_version, 10000)
    fixed = {14: 25, 15: 20, 16: 16, 17: 12, 18: 7}.get(major)
    if (fixed is not None and minor < fixed) or major < 14:
        wanted = f"{major}.{fixed}" if fixed else "a version that is still kept"
        yield Problem(
            f"PostgreSQL {major}.{minor} lacks fixes of row security", "server", f"Update to {wanted} or later."
        )
