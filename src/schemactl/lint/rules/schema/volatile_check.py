"""A CHECK calls a volatile function.

Why: Whether a row is good then depends on when it is looked at: a dump may not restore.

Bad:

    CREATE TABLE orders (id bigint PRIMARY KEY, at timestamptz CHECK (at < clock_timestamp()));

Good:

    CREATE TABLE orders (id bigint PRIMARY KEY, at timestamptz CHECK (at > '2020-01-01'));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.expressions import calls
from schemactl.sql.ddl.tables import Constraint
from schemactl.sql.volatility import VOLATILE


def check(node: Constraint, site: Site) -> Iterator[Problem]:
    """A function of Postgres that is volatile, or one of the files without IMMUTABLE or STABLE."""
    if node.kind != "check":
        return
    for name, _ in calls(node.expression):
        own = site.schema.function(name)
        if name.name in VOLATILE if own is None else own.volatility == "volatile":
            yield Problem(
                f"CHECK calls {name}(), which is volatile: a row that is good today may be bad tomorrow",
                hint="Declare the function IMMUTABLE if it is, or check in a trigger.",
                object="CHECK",
                at=node.at,
            )
            return
