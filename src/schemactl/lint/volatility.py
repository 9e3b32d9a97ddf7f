"""Which functions give another answer for each row."""

from schemactl.lint.site import Site
from schemactl.sql.ddl.expressions import calls
from schemactl.sql.ddl.node import Expression
from schemactl.sql.volatility import steady


def volatile_call(expression: Expression | None, site: Site) -> str | None:
    """The first function in the expression that is volatile, or that nothing here knows; None when all are steady.

    The folder's own functions have the volatility of their definition; Postgres' are listed in a data file.
    """
    for name, _ in calls(expression):
        own = site.schema.function(name)
        if own is not None:
            if own.volatility == "volatile":
                return name.name
        elif name.name not in steady():
            return name.name
    return None
