"""A policy trusts what users can edit themselves.

Why: user_metadata (raw_user_meta_data) is written by the signed-in user through the client library; app_metadata is
not.

Bad:

    CREATE POLICY admins ON orders FOR ALL TO authenticated USING ((auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');

Good:

    CREATE POLICY admins ON orders FOR ALL TO authenticated USING (((SELECT auth.jwt()) -> 'app_metadata' ->> 'role') = 'admin');

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql import identity
from schemactl.sql.ddl.expressions import columns
from schemactl.sql.ddl.objects import AlterPolicy, CreatePolicy
from schemactl.sql.ddl.words import constant
from schemactl.sql.names import quoted
from schemactl.sql.nodes import walk


def check(node: CreatePolicy | AlterPolicy, site: Site) -> Iterator[Problem]:
    """The word user_metadata or raw_user_meta_data in a condition."""
    if site.statement is None or "user_meta" not in site.statement.text:
        return
    for part in identity.parts(node.using, node.check):
        words_used = {constant({kind: inner}) for kind, inner in walk(part) if kind == "A_Const"}
        columns_used = {name[-1] for name in columns(part)}
        if "user_metadata" in words_used or "raw_user_meta_data" in columns_used | words_used:
            yield Problem(
                f"policy {quoted(node.name)} trusts user_metadata, which every user can edit",
                hint="Use app_metadata, or a table of roles.",
                object=f"policy {quoted(node.name)} on {node.table}",
            )
            return
