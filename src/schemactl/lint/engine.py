"""Runs rules over files, in order, statement by statement, with the state that each statement meets."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from importlib import import_module

from schemactl.core.errors import SourceError
from schemactl.core.findings import Evidence, Finding, Fix, Severity, Span, fingerprint, identify
from schemactl.lint import held, identities
from schemactl.lint.index import INDEX, OFF_BY_DEFAULT, Entry
from schemactl.lint.problem import Problem
from schemactl.lint.schema import changes
from schemactl.lint.schema.model import Schema
from schemactl.lint.session import Session
from schemactl.lint.site import File, FileEnd, FolderEnd, Identity, Settings, Site
from schemactl.sql.ddl import commands as c
from schemactl.sql.ddl import plpgsql
from schemactl.sql.ddl.lower import lower
from schemactl.sql.ddl.node import Node
from schemactl.sql.ddl.tables import AddColumn, AddConstraint, AlterTable, CreateTable
from schemactl.sql.parse import Script, Statement
from schemactl.sql.transactions import runs_alone

Check = Callable[..., Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rules that run and how loud each is; rules that are not in `severities` have their own severity."""

    names: frozenset[str]
    severities: dict[str, Severity] = field(default_factory=dict)


EVERYTHING = Chosen(frozenset(entry.name for entry in INDEX if entry.family not in OFF_BY_DEFAULT))


@dataclass(slots=True)
class Coverage:
    """How much was read: statements, and those that no rule could look into."""

    files: int = 0
    statements: int = 0
    opaque: int = 0


class Linter:
    """Lints the files of one folder in the order they apply."""

    def __init__(self, settings: Settings, chosen: Chosen = EVERYTHING) -> None:
        self.settings = settings
        self.schema = Schema()
        self.coverage = Coverage()
        self._chosen = chosen
        self._subjects = _by_subject(chosen)
        self._checks: dict[type, list[tuple[Entry, Check]]] = {}
        self._files: dict[int, File] = {}
        self._last: tuple[Statement, str] | None = None
        self._before: tuple[Schema, set[Identity], set[Identity]] | None = None

    def lint(
        self, script: Script, number: int, *, reported: bool = True, asks_again: bool = True, beside: str = ""
    ) -> list[Finding]:
        """The findings of one file. `number` is its place in the folder; context files yield none.

        The parse trees of the script are gone afterwards.
        """
        file = self._open(script, number, reported=reported, asks_again=asks_again, beside=beside)
        site = Site(self.settings, self.schema, file)
        found: list[Finding] = []
        for statement, node in zip(script.statements, file.nodes, strict=True):
            site.statement = statement
            self._statement(site, node, found)
        site.statement = None
        if reported:
            self._check(site, FileEnd(nodes=tuple(file.nodes)), found)
            self.coverage.files += 1
            self.coverage.statements += len(script.statements)
        file.forget_trees()
        return found

    def finish(self) -> list[Finding]:
        """The findings about the schema as the whole folder leaves it."""
        found: list[Finding] = []
        last = next(reversed(self._files.values()), None)
        if last is not None:
            self._check(Site(self.settings, self.schema, last), FolderEnd(), found)
        return found

    def _open(self, script: Script, number: int, *, reported: bool, asks_again: bool, beside: str) -> File:
        nodes = [lower(statement.kind, statement.node) for statement in script.statements]
        runner = self.settings.runner
        wrapped = runner.wraps(script.text + beside, len(nodes), needs_none=any(map(runs_alone, script.statements)))
        file = File(
            number=number,
            script=script,
            session=Session(wrapped=wrapped, lock_timeout=runner.lock_timeout),
            reported=reported,
            asks_again=asks_again,
            transactions=sum(isinstance(node, c.Transaction) and node.kind == "begin" for node in nodes),
            nodes=nodes,
        )
        self._files[number] = file
        return file

    def _statement(self, site: Site, node: Node, found: list[Finding]) -> None:
        site.node = node
        site.file.blocks.append(site.transaction.number if site.transaction else None)
        self._subject(site, node, found)
        if isinstance(node, c.Do):
            self._body(site, node, found)
        self._pass(site, node)

    def _pass(self, site: Site, node: Node) -> None:
        """Take the effect of a statement on session and schema."""
        transaction = site.transaction
        if isinstance(node, c.Transaction):
            self._remember(site, node)
        elif site.file.reported:
            if transaction is not None and site.statement is not None and held.may_lock(node, site):
                transaction.unread.append(site.statement)
            site.file.dropped.update(identities.dropped(node))
            site.file.made.update(identities.made(node))
        site.file.session.follow(node, site.index)
        changes.apply(self.schema, node, site.origin())

    def _remember(self, site: Site, node: c.Transaction) -> None:
        """Keep the schema at a BEGIN that a ROLLBACK will end, and go back to it there."""
        if node.kind == "begin" and _is_rolled_back(site.file.nodes[site.index :]):
            self._before = (deepcopy(self.schema), set(site.file.made), set(site.file.dropped))
        elif node.kind == "rollback" and self._before is not None:
            self.schema, site.file.made, site.file.dropped = self._before
            site.schema = self.schema
            self._before = None

    def _body(self, site: Site, block: c.Do, found: list[Finding]) -> None:
        nested = plpgsql.read(block.body) if block.language == "plpgsql" else None
        if nested is None:
            self._subject(site, c.Dynamic(text=block.body), found)
            return
        outer = site.statement
        assert outer is not None  # noqa: S101
        at = outer.source.text.find(block.body, outer.start, outer.end) if block.body else -1
        site.in_body = True
        nodes = tuple(item.node for item in nested)
        unknown = ""
        for place, item in enumerate(nested, start=1):
            site.rest = nodes[place:]
            site.node, site.guard, site.caught = item.node, item.guard or unknown, item.caught
            if isinstance(item.node, c.Dynamic):
                unknown = plpgsql.CONDITION  # what it ran may have made room for what follows
            kind, raw = item.raw
            known = at >= 0 and item.start >= 0
            start, end = (at + item.start, at + item.end) if known else (outer.start, outer.end)
            site.statement = Statement(outer.source, outer.index, start, end, kind, raw)
            self._subject(site, item.node, found)
            self._pass(site, item.node)
        site.statement = outer
        site.in_body, site.guard, site.caught, site.rest = False, "", frozenset(), ()

    def _subject(self, site: Site, node: Node, found: list[Finding]) -> None:
        if not site.file.reported:
            return
        if isinstance(node, c.Dynamic):
            self.coverage.opaque += 1
        site.target = getattr(node, "table", None) or getattr(node, "name", None)
        self._check(site, node, found)
        if isinstance(node, CreateTable):
            known = self.schema.table(node.name)
            if node.if_not_exists and known is not None and known.known:
                return  # the table is there already, and stays as it is
            for part in (*node.columns, *node.constraints):
                self._check(site, part, found)
        elif isinstance(node, AlterTable):
            for action in node.actions:
                self._check(site, action, found)
                if isinstance(action, AddColumn):
                    self._check(site, action.column, found)
                    for constraint in action.column.constraints:
                        self._check(site, constraint, found)
                elif isinstance(action, AddConstraint):
                    self._check(site, action.constraint, found)

    def _check(self, site: Site, subject: Node, found: list[Finding]) -> None:
        checks = self._checks.get(type(subject))
        if checks is None:
            checks = self._checks[type(subject)] = [
                (entry, import_module(entry.module).check) for entry in self._subjects.get(type(subject).__name__, ())
            ]
        for entry, check in checks:
            for problem in check(subject, site):
                finding = self._finding(entry, problem, site)
                if finding is not None:
                    found.append(finding)

    def _finding(self, entry: Entry, problem: Problem, site: Site) -> Finding | None:
        file, statement, at = site.file, site.statement, -1 if site.in_body else problem.at
        if problem.origin is not None:
            if problem.origin.file < 0:
                return None
            file = self._files[problem.origin.file]
            statement = file.script.statements[problem.origin.statement - 1] if problem.origin.statement else None
            at = -1 if problem.origin.nested else problem.at
        if not file.reported:
            return None
        span = _span(file.script, statement, at)
        if problem.place is not None:
            span = file.script.source.span(*problem.place)
            statement = next((item for item in file.script.statements if item.end > problem.place[0]), None)
        severity = self._chosen.severities.get(entry.name) or problem.severity or Severity(entry.severity)
        return Finding(
            rule=entry.name,
            severity=severity,
            message=problem.message,
            evidence=Evidence.STATIC,
            span=span,
            statement=statement.index if statement else None,
            object=problem.object,
            hint=problem.hint,
            fix=self._repair(entry, problem, statement, site),
            fingerprint=identify(entry.name, span.file, problem.object, self._words(statement), problem.message),
        )

    def _repair(self, entry: Entry, problem: Problem, statement: Statement | None, site: Site) -> Fix | None:
        if not self.settings.fixes or statement is None or site.in_body:
            return None
        from schemactl.lint.fixes import repair

        return problem.fix or repair(entry, statement)

    def _words(self, statement: Statement | None) -> str:
        """The statement on one line; findings about one statement follow each other."""
        if statement is None:
            return ""
        if self._last is None or self._last[0] is not statement:
            self._last = (statement, " ".join(statement.text.split()))
        return self._last[1]


def _span(script: Script, statement: Statement | None, at: int) -> Span:
    if at >= 0:
        start = script.source.character(at)
        line_end = script.text.find("\n", start)
        end = min(line_end if line_end >= 0 else len(script.text), statement.end if statement else len(script.text))
        return script.source.span(start, start + len(script.text[start:end].rstrip(" \t\r,")))
    if statement is None:
        return Span(script.file, 1, 1, 1, 1)
    return statement.span


def _is_rolled_back(nodes: Iterable[Node]) -> bool:
    ends = (node.kind for node in nodes if isinstance(node, c.Transaction) and node.kind in {"commit", "rollback"})
    return next(ends, "commit") == "rollback"


def _by_subject(chosen: Chosen) -> dict[str, list[Entry]]:
    result: dict[str, list[Entry]] = {}
    for entry in INDEX:
        if entry.name in chosen.names:
            for subject in entry.subjects.split():
                result.setdefault(subject, []).append(entry)
    return result


def syntax_finding(error: SourceError, file: str) -> Finding:
    """A file that cannot be read, as a finding with its place."""
    place = error.place
    line, column = (place.line or 1, place.column or 1) if place else (1, 1)
    finding = Finding(
        rule="syntax-error",
        severity=Severity.ERROR,
        message=error.message,
        evidence=Evidence.STATIC,
        span=Span(file, line, column, line, column + 1),
        hint=error.hint,
    )
    return replace(finding, fingerprint=fingerprint(finding))
