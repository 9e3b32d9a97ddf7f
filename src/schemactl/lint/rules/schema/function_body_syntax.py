"""The body of a PL/pgSQL function does not parse.

Why: PostgreSQL refuses the function when it is created (or, with check_function_bodies off, whenever it is called).

Bad:

    CREATE OR REPLACE FUNCTION total() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN 1 END $$;

Good:

    CREATE OR REPLACE FUNCTION total() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl import plpgsql
from schemactl.sql.ddl.objects import CreateFunction


def check(node: CreateFunction, site: Site) -> Iterator[Problem]:
    """What Postgres' own PL/pgSQL parser says of it."""
    text = site.plpgsql(node)
    mistake = plpgsql.mistake(text) if text else None
    if mistake:
        yield Problem(
            f"the body of {node.name}() does not parse: {mistake}",
            hint="Mend the body; the message is Postgres' own.",
            object=f"function {node.name}",
        )
