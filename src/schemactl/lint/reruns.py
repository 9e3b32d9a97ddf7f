"""Whether a statement can run again behind a first run of its whole file.

The verdict counts the guards that people write: IF [NOT] EXISTS, OR REPLACE, a DROP IF EXISTS of the same object
earlier in the file, a DO block that looks into the catalog or catches the error. What a rule asks here agrees with
executing the file twice; tests/integration/lint holds both against each other.
"""

from collections.abc import Iterator
from dataclasses import replace

from schemactl.core.findings import Severity
from schemactl.lint import identities
from schemactl.lint.problem import Problem
from schemactl.lint.site import Identity, Site
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.objects import CreateFunction, CreateIndex, Drop
from schemactl.sql.ddl.plpgsql import DUPLICATES


def stands(site: Site) -> bool:
    """Whether re-running is not asked of this place, or a guard around the statement takes care of it.

    A condition that does not look into the catalog makes the verdict unknown, and unknown is not reported.
    """
    return not site.file.asks_again or bool(site.guard) or bool(site.caught & DUPLICATES)


def absent_ok(site: Site) -> bool:
    """The same, for what fails because an object is gone."""
    missing = {"others", "undefined_object", "undefined_table", "undefined_column", "undefined_function"}
    return not site.file.asks_again or bool(site.guard) or bool(site.caught & missing)


def replaced(site: Site, identity: Identity) -> bool:
    """Whether an earlier statement of the file drops the same object, so that it is made anew each time."""
    return identity in site.file.dropped


def comes_back(site: Site, identity: Identity) -> bool:
    """Whether this or a later statement of the file makes the object again, so that the next run finds it."""
    return any(identity in identities.made(node) for node in (site.node, *site.later()) if node is not None)


def made_again(site: Site, drop: Drop, name: Name) -> bool:
    """The same of what a DROP names: a function counts with as many arguments, an index by its bare name."""
    if identities.of(drop.kind, name)[0] == "function":
        count = _arguments(site, drop, name)
        return any(
            isinstance(node, CreateFunction)
            and node.name.key == name.key
            and (count is None or len(node.arguments) == count)
            for node in site.later()
        )
    if drop.kind == "index":
        return any(isinstance(node, CreateIndex) and node.name == name.name for node in site.later())
    identity = identities.on(drop.kind, drop.table, name.name) if drop.table else identities.of(drop.kind, name)
    return comes_back(site, identity)


def _arguments(site: Site, drop: Drop, name: Name) -> int | None:
    """How many arguments the dropped function has; None where the statement does not say."""
    listed = site.statement.node.get("objects", ()) if site.statement else ()
    for item, other in zip(listed, drop.names, strict=False):
        inner = item.get("ObjectWithArgs", {})
        if other is name and not inner.get("args_unspecified"):
            return len(inner.get("objargs", ()))
    return None


def remade(site: Site, table: Name) -> bool:
    """Whether the file drops the table first: then everything on it is made anew each time."""
    return identities.of("table", table) in site.file.dropped or identities.of("view", table) in site.file.dropped


def is_temporary(site: Site, table: Name) -> bool:
    """Whether the table ends with the session."""
    found = site.table(table)
    return table.schema == "pg_temp" or (found is not None and found.temporary)


def problem(site: Site, what: str, sqlstate: str, hint: str, *, at: int = -1, effect: str = "") -> Iterator[Problem]:
    """One statement that does not stand a second run.

    The first of a file stops that run and is as loud as its rule; those behind it matter once it is mended: notes.
    """
    first = not site.file.warned_of_rerun
    site.file.warned_of_rerun = True
    outcome = effect or f"fails when the file runs again ({sqlstate})"
    found = Problem(f"{what} {outcome}", hint=hint, object=what, at=at)
    yield found if first else replace(found, severity=Severity.INFO)


def leaves_with_table(site: Site) -> bool:
    """Whether the file made the table anew, so that what it drops from it is there each time."""
    return site.target is not None and identities.of("table", site.target) in site.file.made & site.file.dropped


def if_exists(site: Site) -> bool:
    """Whether the statement at hand says IF EXISTS of its relation."""
    statement = site.statement
    return statement is not None and bool(statement.node.get("missing_ok"))
