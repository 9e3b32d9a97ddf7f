"""A view that clients reach reads auth.users.

Why: It reads with its owner's rights and shows the accounts, mail addresses and metadata of all users.

Bad:

    CREATE VIEW profiles AS SELECT id, email FROM auth.users;

Good:

    CREATE VIEW private.profiles AS SELECT id, email FROM auth.users;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.expressions import tables
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.objects import CreateView
from schemactl.sql.ddl.tables import CreateTableAs


def check(node: CreateView | CreateTableAs, site: Site) -> Iterator[Problem]:
    """A view or materialized view in an exposed schema."""
    if isinstance(node, CreateTableAs) and not node.materialized:
        return
    if not site.is_exposed(node.name) or getattr(node, "security_invoker", False) or node.temporary:
        return
    if any(name == Name("auth", "users") for name in tables(node.query)):
        yield Problem(
            f"{node.name} shows auth.users to every client that may read it",
            hint="Copy what clients may see into a table with row security, by a trigger on auth.users.",
            object=f"view {node.name}",
        )
