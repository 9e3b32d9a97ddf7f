"""A policy that only asks whether a column holds a value.

Why: `share_token IS NOT NULL` does not ask for the token: whoever lists the table gets every row that has one, tokens
included. Row security cannot see what the client asked for.

Bad:

    CREATE POLICY shared ON songs FOR SELECT TO anon USING (share_token IS NOT NULL);

Good:

    CREATE FUNCTION shared_song(token uuid) RETURNS SETOF songs LANGUAGE sql SECURITY DEFINER SET search_path = ''
      AS 'SELECT * FROM public.songs WHERE share_token = token';

Lock taken: ACCESS EXCLUSIVE on the table, for a moment.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql import identity
from schemactl.sql.ddl.objects import AlterPolicy, CreatePolicy
from schemactl.sql.names import quoted


def check(node: CreatePolicy | AlterPolicy, site: Site) -> Iterator[Problem]:
    """IS NOT NULL tests alone, for a role that clients have."""
    if set(node.roles or ("public",)) & identity.EVERYBODY and identity.presence_only(node.using):
        yield Problem(
            f"policy {quoted(node.name)} only asks whether a column holds a value: anyone can list all those rows of {node.table}",
            hint="Take the value as an argument of a SECURITY DEFINER function that returns the one row.",
            object=f"policy {quoted(node.name)} on {node.table}",
        )
