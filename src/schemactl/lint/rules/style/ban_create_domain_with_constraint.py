"""A domain is created with a constraint.

Why: Changing the constraint later reads every table that uses the domain.

Bad:

    CREATE DOMAIN email AS text CHECK (value LIKE '%@%');

Good:

    CREATE DOMAIN email AS text;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateDomain


def check(node: CreateDomain, site: Site) -> Iterator[Problem]:
    """CHECK or NOT NULL on a domain."""
    if node.constraints:
        yield Problem(
            f"{node.name} has a constraint", hint="Keep the check on the tables.", object=f"domain {node.name}"
        )
