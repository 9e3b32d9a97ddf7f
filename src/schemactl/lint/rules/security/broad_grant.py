"""Everything is granted to everybody.

Why: GRANT ALL includes TRUNCATE, which no policy can stop, TRIGGER and REFERENCES; PUBLIC and anon are whoever
connects.

Bad:

    GRANT ALL ON orders TO anon;

Good:

    GRANT SELECT ON orders TO anon;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Grant


def check(node: Grant, site: Site) -> Iterator[Problem]:
    """ALL (or TRUNCATE) on tables to PUBLIC or anon, by name, for a whole schema, or by default."""
    if not node.grant or node.kind != "table":
        return
    if node.privileges and not {"truncate", "all"} & set(node.privileges):
        return
    everybody = [role for role in node.grantees if role in {"public", "anon"}]
    if everybody:
        what = "every table to come" if node.default else "every table" if node.everything else str(node.objects[0])
        yield Problem(
            f"{', '.join(everybody)} may do everything to {what}, TRUNCATE included, which no policy stops",
            hint="GRANT the commands that are needed: SELECT, INSERT, UPDATE, DELETE.",
            object=f"grant to {everybody[0]}",
        )
