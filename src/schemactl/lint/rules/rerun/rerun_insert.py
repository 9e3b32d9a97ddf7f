"""Rows are inserted without ON CONFLICT.

Why: A second run inserts them again, or fails at a unique key.

Bad:

    INSERT INTO plans (code) VALUES ('free');

Good:

    INSERT INTO plans (code) VALUES ('free') ON CONFLICT (code) DO NOTHING;

Lock taken: ROW EXCLUSIVE on the table.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Insert


def check(node: Insert, site: Site) -> Iterator[Problem]:
    """ON CONFLICT, a test that the row is missing, or a table made anew stand it; INSERT … SELECT is not judged."""
    if node.conflict or node.guarded or reruns.stands(site) or "selectStmt" not in node.node["InsertStmt"]:
        return
    if "valuesLists" not in node.node["InsertStmt"]["selectStmt"]["SelectStmt"]:
        return
    if (
        reruns.remade(site, node.table)
        or reruns.is_temporary(site, node.table)
        or reruns.replaced(site, identities.on("rows", node.table, ""))
    ):
        return
    hint = "INSERT … ON CONFLICT (key) DO NOTHING, or DO UPDATE."
    effect = "inserts the rows again when the file runs again, or fails (23505)"
    yield from reruns.problem(site, f"INSERT INTO {node.table}", "23505", hint, effect=effect)
