"""A role is made superuser, or may bypass row security.

Why: No grant and no policy holds it back, and whoever takes it over has the whole cluster, or all rows.

Bad:

    CREATE ROLE worker LOGIN BYPASSRLS;

Good:

    CREATE ROLE worker LOGIN;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateRole


def check(node: CreateRole, site: Site) -> Iterator[Problem]:
    """SUPERUSER or BYPASSRLS in CREATE or ALTER ROLE."""
    option = next((word for word in ("superuser", "bypassrls") if node.options.get(word) is True), None)
    if option is not None:
        yield Problem(
            f"role {node.name} is {option.upper()}: neither grants nor policies hold it back",
            hint="Grant what it needs, and give it policies of its own.",
            object=f"role {node.name}",
        )
