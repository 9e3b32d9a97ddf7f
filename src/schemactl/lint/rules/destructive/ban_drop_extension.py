"""An extension is dropped.

Why: Its functions, types and operators go, and clients that still use them fail at once.

Bad:

    DROP EXTENSION pg_trgm;

Good:

    ALTER EXTENSION pg_trgm UPDATE;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop


def check(drop: Drop, site: Site) -> Iterator[Problem]:
    """DROP EXTENSION, unless the file makes it, before or again."""
    if drop.kind != "extension":
        return
    for name in drop.names:
        extension = identities.of("extension", name)
        if extension not in site.file.made and not reruns.comes_back(site, extension):
            yield Problem(
                f"DROP EXTENSION {name}: its functions and types go, and clients that still use them fail",
                hint="Stop using it first, and drop it in a later release.",
                object=f"extension {name}",
            )
