"""The storage of a table in use is changed.

Why: SET LOGGED, SET UNLOGGED, SET TABLESPACE and SET ACCESS METHOD copy every row (and SET LOGGED writes all of it to
the log).

Bad:

    ALTER TABLE orders SET TABLESPACE fast;

Good:

    ALTER TABLE orders SET (fillfactor = 80);

Lock taken: ACCESS EXCLUSIVE on the table, for the whole copy.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import SetAccessMethod, SetLogged, SetTablespace


def check(node: SetLogged | SetTablespace | SetAccessMethod, site: Site) -> Iterator[Problem]:
    """Any of the four on a table (or index) that is not new."""
    if site.target is None or site.is_new():
        return
    what = {SetLogged: "SET LOGGED or UNLOGGED", SetTablespace: "SET TABLESPACE", SetAccessMethod: "SET ACCESS METHOD"}[
        type(node)
    ]
    yield Problem(
        f"{what} copies all of {site.target} under ACCESS EXCLUSIVE",
        hint="Make a new table, move the rows in batches, and switch over.",
        object=f"table {site.target}",
    )
