"""An exclusion constraint is added to a table in use.

Why: Its index is built, and every pair of rows is checked, while nobody can read or write. There is no concurrent
form.

Bad:

    ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);

Good:

    CREATE TABLE bookings (room int, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&));

Lock taken: ACCESS EXCLUSIVE on the table, for the whole build.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import AddConstraint


def check(action: AddConstraint, site: Site) -> Iterator[Problem]:
    """EXCLUDE on a table that is not new."""
    if action.constraint.kind != "exclusion" or not site.is_table() or site.is_new():
        return
    yield Problem(
        f"EXCLUDE builds its index under ACCESS EXCLUSIVE: nobody reads or writes {site.target} meanwhile",
        hint="Do it while the table is small or in a maintenance window, or move the rows to a new table that has it.",
        object=f"table {site.target}",
        at=action.at,
    )
