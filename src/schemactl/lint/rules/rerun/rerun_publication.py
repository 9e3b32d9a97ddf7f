"""A publication is created, or gains or loses a table, without a guard.

Why: None of the three knows IF [NOT] EXISTS. A block that asks the catalog stands a second run. One that catches
`duplicate_object` does too, but where a statement names two tables and one of them is there, it adds neither.

Bad:

    ALTER PUBLICATION live ADD TABLE orders;

Good:

    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid
          WHERE p.pubname = 'live' AND r.prrelid = to_regclass('orders')) THEN
        ALTER PUBLICATION live ADD TABLE orders;
      END IF;
    END $$;

Lock taken: None of its own.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.objects import AlterPublication, CreatePublication


def check(node: CreatePublication | AlterPublication, site: Site) -> Iterator[Problem]:
    """A DO block, SET TABLE, or an earlier DROP PUBLICATION stand a second run."""
    if reruns.replaced(site, identities.of("publication", Name(None, node.name))):
        return
    if isinstance(node, CreatePublication):
        if not reruns.stands(site):
            hint = f"DROP PUBLICATION IF EXISTS {node.name}; before it, or a DO block that asks pg_publication."
            yield from reruns.problem(site, f"CREATE PUBLICATION {node.name}", "42710", hint)
    elif (
        node.action == "add" and not reruns.stands(site) and not all(reruns.remade(site, name) for name in node.tables)
    ):
        hint = "A DO block that asks pg_publication_rel first, for each table alone."
        yield from reruns.problem(site, f"ADD TABLE to {node.name}", "42710", hint)
    elif node.action == "drop" and not reruns.absent_ok(site):
        hint = "A DO block that asks pg_publication_rel first, for each table alone."
        yield from reruns.problem(site, f"DROP TABLE from {node.name}", "42704", hint)
