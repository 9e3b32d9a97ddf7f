"""A CHECK list holds NULL.

Why: `a IN ('x', NULL)` is never false: what is not in the list compares with NULL, the result is NULL, and a CHECK
lets NULL pass.

Bad:

    CREATE TABLE orders (id bigint PRIMARY KEY, size text CHECK (size IN ('s', 'l', NULL)));

Good:

    CREATE TABLE orders (id bigint PRIMARY KEY, size text CHECK (size IN ('s', 'l')));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.expressions import is_null
from schemactl.sql.ddl.tables import Constraint
from schemactl.sql.nodes import walk


def check(node: Constraint, site: Site) -> Iterator[Problem]:
    """IN (…, NULL) in a CHECK."""
    if node.kind != "check":
        return
    for kind, inner in walk(node.expression):
        if kind == "A_Expr" and inner.get("kind") == "AEXPR_IN":
            items = inner.get("rexpr", {}).get("List", {}).get("items", ())
            if any(is_null(item) for item in items):
                yield Problem(
                    "a list with NULL in it lets every value pass", hint="Leave NULL out.", object="CHECK", at=node.at
                )
