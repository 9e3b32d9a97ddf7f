"""A schema is renamed.

Why: Every client, function and search_path that names it fails from this moment on.

Bad:

    ALTER SCHEMA billing RENAME TO invoicing;

Good:

    CREATE SCHEMA IF NOT EXISTS invoicing;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Rename


def check(rename: Rename, site: Site) -> Iterator[Problem]:
    """ALTER SCHEMA … RENAME of a schema that this migration did not make."""
    made = site.schema.schemas.get(rename.old)
    if rename.kind == "schema" and (made is None or not site.made_here(made)):
        yield Problem(
            f"schema {rename.old} becomes {rename.new}: whatever names it fails at once",
            hint="Make the new schema, move objects one by one, and leave views behind.",
            object=f"schema {rename.old}",
        )
