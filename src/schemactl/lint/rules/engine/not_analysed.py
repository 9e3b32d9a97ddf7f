"""SQL that is put together at run time.

Why: What EXECUTE runs is known only then: no rule can look into it. An EXECUTE of a plain string is read like any
other statement.

Bad:

    DO $$ BEGIN EXECUTE format('DROP TABLE %I', current_user); END $$;

Good:

    DO $$ BEGIN EXECUTE 'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY)'; END $$;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Dynamic


def check(statement: Dynamic, site: Site) -> Iterator[Problem]:
    """Once a place; what the statement does is left to execution."""
    del statement
    yield Problem(
        "this SQL is put together at run time and was not analysed",
        hint="`schemactl verify` runs it and sees what it does.",
        object=f"statement {site.index}",
    )
