"""`schemactl rls audit`: the rules over a catalog. A database is only read."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING

from schemactl.catalog.snapshot import Snapshot, take, take_over
from schemactl.core.config import Config
from schemactl.core.errors import ServerError, UsageError
from schemactl.core.events import Listener, ignore
from schemactl.core.findings import Evidence, Finding, fingerprint, with_distinct_fingerprints
from schemactl.core.results import Report
from schemactl.core.words import did_you_mean, plural
from schemactl.db.channel import QueryRefused
from schemactl.db.connect import connect
from schemactl.db.managed import Managed, open_project
from schemactl.db.project import is_project
from schemactl.report.words import tally
from schemactl.rls import audit, relations
from schemactl.rls.audit._facts import Facts, Problem
from schemactl.rls.roles import Role
from schemactl.rls.roles import read as roles_of
from schemactl.rls.roles import read_over as roles_over

if TYPE_CHECKING:
    from schemactl.db.types import Connection
    from schemactl.rls.blame import Blame


_OF_A_SERVER = "server-below-security-fix"
"""Says nothing of a throwaway server."""


def names() -> list[str]:
    """Every rule."""
    found = (module.name for module in iter_modules(audit.__path__))
    return sorted(name.replace("_", "-") for name in found if not name.startswith("_"))


def run(
    config: Config,
    *,
    dsn: str | None = None,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    listener: Listener = ignore,
) -> Report:
    """Audit the migrations, applied on a throwaway server, or the database `dsn`, which is only read.

    Raises UsageError for an unknown rule, StatementError, ServerError.
    """
    chosen = _chosen(only, skip)
    if dsn is not None and is_project(dsn):
        with closing(open_project(dsn, listener=listener)) as project:
            return _report(_facts_over(project), None, chosen)
    if dsn is not None:
        with closing(connect(dsn)) as connection:
            return _report(_facts(connection), None, chosen)
    from schemactl.rls import blame, database

    folder = database.folder_of(config)
    with database.throwaway(config, listener) as (_, fresh):
        database.migrate(fresh.dsn, folder)
        with closing(connect(fresh.superuser_dsn)) as connection:
            return _report(_facts(connection), blame.read(folder), of_the_schema(chosen))


def of_the_schema(rules: Sequence[str]) -> list[str]:
    """Those of the rules that say something of a throwaway server too."""
    return [name for name in rules if name != _OF_A_SERVER]


def findings(facts: Facts, rules: Sequence[str], blamed: "Blame | None" = None) -> tuple[Finding, ...]:
    """What the rules find, each at the statement that made it."""
    found = []
    for name in rules:
        module = import_module(f"{audit.__name__}.{name.replace('-', '_')}")
        found += [_finding(name, module, problem, blamed) for problem in _problems(module, facts)]
    return with_distinct_fingerprints(found)


def facts_of(snapshot: Snapshot, roles: dict[str, Role]) -> Facts:
    """A snapshot as the rules ask it."""
    return Facts(snapshot, relations.read(snapshot), roles)


def _facts(connection: "Connection") -> Facts:
    return facts_of(take(connection), roles_of(connection))


def _facts_over(project: Managed) -> Facts:
    try:
        return facts_of(take_over(project), roles_over(project))
    except QueryRefused as refused:
        raise ServerError(f"the catalogs could not be read: {refused.reason}") from None


def _problems(module: ModuleType, facts: Facts) -> Iterator[Problem]:
    yield from module.check(facts)


def _finding(name: str, module: ModuleType, problem: Problem, blamed: "Blame | None") -> Finding:
    finding = Finding(
        rule=name,
        severity=problem.severity or module.SEVERITY,
        message=f"{problem.object}: {problem.message}.",
        evidence=Evidence.STATIC,
        object=problem.object,
        hint=problem.hint,
    )
    table = problem.object.rpartition(" on ")[2] if " on " in problem.object else ""
    statement = blamed.of(problem.object, f"table {table}") if blamed else None
    if statement:
        finding = replace(finding, span=statement.span, statement=statement.index)
    return replace(finding, fingerprint=fingerprint(finding, f"{problem.object} {problem.message}"))


def _chosen(only: Sequence[str], skip: Sequence[str]) -> list[str]:
    known = names()
    for name in (*only, *skip):
        if name not in known:
            raise UsageError(f"unknown rule `{name}`", hint=did_you_mean(name, known))
    return [name for name in known if (not only or name in only) and name not in skip]


def _report(facts: Facts, blamed: "Blame | None", rules: Sequence[str]) -> Report:
    found = findings(facts, rules, blamed)
    what = f"{plural(len(facts.exposed), 'relation')}, {plural(len(rules), 'rule')}"
    return Report(
        command="rls audit",
        summary=f"{what}: {tally(found) or 'nothing found'}",
        findings=found,
        details={"rules": list(rules), "clients": list(facts.clients)},
        sources=blamed.sources if blamed else {},
    )
