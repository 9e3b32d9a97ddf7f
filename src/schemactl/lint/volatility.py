"""Whether an expression gives another answer for each row, given the folder's own functions."""

from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Expression
from schemactl.sql.volatility import unsteady_calls


def volatile_call(expression: Expression | None, site: Site) -> str | None:
    """The first function that is volatile, or that nothing here knows; None when all are steady."""
    for name in unsteady_calls(expression):
        own = site.schema.function(name)
        if own is None or own.volatility == "volatile":
            return name.name
    return None
