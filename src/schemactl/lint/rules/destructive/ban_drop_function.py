"""A function is dropped.

Why: Clients that still run call it, and fail at once.

Bad:

    DROP FUNCTION order_total(bigint);

Good:

    CREATE OR REPLACE FUNCTION order_total(id bigint) RETURNS numeric LANGUAGE sql STABLE AS 'SELECT 0::numeric';

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint import identities, reruns
from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.objects import Drop

_KINDS = frozenset({"function", "procedure", "routine", "aggregate"})


def check(drop: Drop, site: Site) -> Iterator[Problem]:
    """DROP of a function that an earlier file made, that clients can call, and that the file does not make again."""
    if drop.kind not in _KINDS:
        return
    for name in drop.names:
        if identities.of("function", name) in site.file.made or reruns.made_again(site, drop, name):
            continue
        if not _is_called(name, site, if_exists=drop.if_exists):
            continue
        yield Problem(
            f"DROP {drop.kind.upper()} {name}: clients that still call it fail",
            hint="Stop calling it first, and drop it in a later release.",
            object=f"function {name}",
        )


def _is_called(name: Name, site: Site, *, if_exists: bool) -> bool:
    """Whether there is such a function, and clients can call it: not one of a trigger, nor of the session alone."""
    known = site.schema.functions.get(name.key)
    if name.schema == "pg_temp" or not (known or not if_exists):
        return False
    return not known or any(item.returns not in {"trigger", "event_trigger"} for item in known)
