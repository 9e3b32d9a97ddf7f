"""A column changes to a type that does not hold all its values.

Why: The statement fails at the first value that is too long or too large, or cuts digits off without a word.

Bad:

    CREATE TABLE orders (note text);
    ALTER TABLE orders ALTER COLUMN note TYPE varchar(20);

Good:

    ALTER TABLE orders ADD CONSTRAINT orders_note_check CHECK (length(note) <= 20) NOT VALID;

Lock taken: ACCESS EXCLUSIVE on the table, for the whole rewrite.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.casts import narrows
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.tables import SetType
from schemactl.sql.ddl.words import spoken


def check(action: SetType, site: Site) -> Iterator[Problem]:
    """A smaller type than the one an earlier statement gave the column."""
    column = site.schema.columns(site.target).get(action.column) if site.target else None
    if not site.is_table() or column is None or column.type is None or not narrows(column.type, action.type):
        return
    yield Problem(
        f"{spoken(action.type)} does not hold every {spoken(column.type)}: the statement fails, or cuts values off",
        hint="Hold new rows to the limit with a CHECK … NOT VALID, mend the old ones, then change the type.",
        object=f"column {site.target}.{action.column}",
        at=action.at,
    )
