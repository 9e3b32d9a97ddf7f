"""A function is created without OR REPLACE.

Why: CREATE FUNCTION fails when a function of that name and those argument types is there.

Bad:

    CREATE FUNCTION total(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';

Good:

    CREATE OR REPLACE FUNCTION total(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import CreateFunction


def check(node: CreateFunction, site: Site) -> Iterator[Problem]:
    """OR REPLACE, or a DROP of the same name before, stand a second run."""
    if node.or_replace or reruns.stands(site) or reruns.replaced(site, identities.of("function", node.name)):
        return
    kind = "PROCEDURE" if node.procedure else "FUNCTION"
    yield from reruns.problem(site, f"CREATE {kind} {node.name}", "42723", f"CREATE OR REPLACE {kind} {node.name} …")
