"""A function pastes a value into the SQL that it executes.

Why: Whoever chooses the value chooses the statement. In a SECURITY DEFINER function it runs with its owner's rights.

Bad:

    CREATE OR REPLACE FUNCTION purge(name text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN EXECUTE 'DELETE FROM ' || name; END $$;

Good:

    CREATE OR REPLACE FUNCTION purge(name text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN EXECUTE format('DELETE FROM %I', name); END $$;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl import plpgsql
from schemactl.sql.ddl.commands import Dynamic
from schemactl.sql.ddl.expressions import pasted
from schemactl.sql.ddl.objects import CreateFunction


def check(node: CreateFunction, site: Site) -> Iterator[Problem]:
    """A text argument of the function joined with || (or put in by format's %s) without quote_ident or quote_literal."""
    if node.name.schema == "pg_temp":
        return  # ends with the session that made it
    texts = {name for name, kind in node.named_arguments if kind in {"text", "varchar", "name", "char"}}
    text = site.plpgsql(node) if texts and "execute" in node.body.lower() else None
    for item in plpgsql.read_function(text, node.body) or () if text else ():
        names = pasted(item.node.text) & texts if isinstance(item.node, Dynamic) else set()
        if names:
            yield Problem(
                f"{node.name}() pastes {min(names)} into the SQL that it executes",
                hint="format() with %I for names and %L for values, or EXECUTE … USING.",
                object=f"function {node.name}",
                severity=Severity.ERROR if node.security_definer else None,
            )
            return
