"""Something is compared with NULL.

Why: `= NULL` and `<> NULL` are NULL whatever stands on the other side: a WHERE that never holds, a CHECK that never
fails.

Bad:

    DELETE FROM orders WHERE user_id = NULL;

Good:

    DELETE FROM orders WHERE user_id IS NULL;

Lock taken: None.

Since: 0.1.0
"""

import re
from collections.abc import Iterator
from typing import Any

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Delete, Insert, Select, Update
from schemactl.sql.ddl.expressions import is_null, operator
from schemactl.sql.ddl.node import Node
from schemactl.sql.ddl.objects import CreateIndex, CreatePolicy, CreateView
from schemactl.sql.ddl.tables import Constraint
from schemactl.sql.nodes import walk

# Looked for first: walking every expression costs more than all other rules together.
_SPELT = re.compile(r"[=>]\s*null\b|\bnull\s*[=<!]", re.IGNORECASE)


def check(
    node: Update | Delete | CreatePolicy | CreateView | Constraint | CreateIndex | Insert | Select, site: Site
) -> Iterator[Problem]:
    """= or <> with a bare NULL in a condition."""
    if not site.file.compares_null or site.statement is None or not _SPELT.search(site.statement.text):
        return
    for part in _conditions(node):
        for kind, inner in walk(part):
            compares = kind == "A_Expr" and inner.get("kind") == "AEXPR_OP" and operator(inner) in {"=", "<>", "!="}
            if compares and (is_null(inner.get("lexpr")) or is_null(inner.get("rexpr"))):
                yield Problem(
                    f"`{operator(inner)} NULL` is never true",
                    hint="IS NULL, IS NOT NULL, or IS DISTINCT FROM.",
                    object=f"{operator(inner)} NULL",
                    at=inner.get("location", -1),
                )
                return


def _conditions(node: Node) -> list[Any]:
    """The expressions of a statement that decide something."""
    names = ("where", "using", "check", "query", "expression", "node")
    found = [getattr(node, name, None) for name in names]
    return found[:1] if isinstance(node, Update | Delete) else [part for part in found if part]
