"""DROP … CASCADE takes along what is not named.

Why: Views, foreign keys, policies and functions that depend on it disappear with no more than a notice.

Bad:

    DROP TYPE order_status CASCADE;

Good:

    DROP TYPE IF EXISTS order_status;

Lock taken: ACCESS EXCLUSIVE on whatever depends on it.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.objects import Drop

# Where CASCADE is told by a rule of its own, or reaches only what belongs to the object.
_ELSEWHERE = frozenset({"schema", "database", "table", "trigger", "policy", "index", "owned"})


def check(drop: Drop, site: Site) -> Iterator[Problem]:
    """CASCADE on what this migration did not make."""
    if not drop.cascade or drop.kind in _ELSEWHERE:
        return
    names = [name for name in drop.names if not _made_here(drop.kind, name, site)]
    if names:
        listed = ", ".join(map(str, names))
        yield Problem(
            f"DROP {drop.kind.upper()} {listed} CASCADE also drops whatever depends on it",
            hint="Leave CASCADE out: the error lists the dependents, which can then be dropped by name.",
            object=f"{drop.kind} {listed}",
        )


def _made_here(kind: str, name: object, site: Site) -> bool:
    from schemactl.sql.ddl.node import Name

    if not isinstance(name, Name):
        return False
    if kind in {"view", "materialized view"}:
        return site.is_new(name)
    function = site.schema.function(name)
    if function is not None:
        return site.made_here(function.origin)
    enum = site.schema.enums.get(name.key)
    return enum is not None and site.made_here(enum.origin)
