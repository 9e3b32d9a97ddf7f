"""A domain gains a constraint.

Why: Every column of that domain, in every table, is read and checked under a lock that keeps writers out.

Bad:

    ALTER DOMAIN email ADD CONSTRAINT email_check CHECK (value LIKE '%@%');

Good:

    ALTER DOMAIN email ADD CONSTRAINT email_check CHECK (value LIKE '%@%') NOT VALID;

Lock taken: SHARE on every table that uses the domain.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import AlterDomain


def check(node: AlterDomain, site: Site) -> Iterator[Problem]:
    """ADD CONSTRAINT without NOT VALID, and SET NOT NULL, on a domain that is not new."""
    origin = site.schema.domains.get(node.name.key)
    if origin is not None and site.made_here(origin):
        return
    adds = node.action == "add constraint" and node.constraint is not None and not node.constraint.not_valid
    if adds or node.action == "set not null":
        yield Problem(
            f"every table with a column of {node.name} is read while nobody can write to it",
            hint="Add it NOT VALID, and VALIDATE CONSTRAINT later; or keep the check on the tables.",
            object=f"domain {node.name}",
        )
