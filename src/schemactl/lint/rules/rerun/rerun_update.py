"""An UPDATE computes a value from itself.

Why: A second run applies it twice: the price is doubled again.

Bad:

    UPDATE orders SET total = total * 100 WHERE currency = 'EUR';

Good:

    UPDATE orders SET total_cents = total * 100 WHERE total_cents IS NULL;

Lock taken: ROW EXCLUSIVE on the table.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Update
from schemactl.sql.ddl.expressions import columns, operator
from schemactl.sql.nodes import walk

_GROWING = frozenset({"+", "-", "*", "/", "||"})


def check(node: Update, site: Site) -> Iterator[Problem]:
    """`SET a = a + 1`, unless the WHERE clause asks for the column that it changes."""
    if reruns.stands(site) or reruns.remade(site, node.table) or reruns.is_temporary(site, node.table):
        return
    asked = {parts[-1] for parts in columns(node.where)}
    for target in node.node["UpdateStmt"].get("targetList", ()):
        name, value = target["ResTarget"].get("name", ""), target["ResTarget"].get("val")
        grows = any(kind == "A_Expr" and operator(inner) in _GROWING for kind, inner in walk(value))
        if grows and name not in asked and (name,) in set(columns(value)):
            effect = "is applied twice when the file runs again"
            hint = f"Let WHERE ask whether it is done: a new column, or a value of {name} that only old rows have."
            yield from reruns.problem(site, f"UPDATE {node.table} SET {name}", "", hint, effect=effect)
            return
