"""Observe who can do what: seed, probe as every actor, judge. Everything happens in the caller's open transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from schemactl.catalog.snapshot import take
from schemactl.rls import actors, forms, probing, roles
from schemactl.rls.binding import Catalog
from schemactl.rls.calls import call_probes
from schemactl.rls.drafts import Drafts
from schemactl.rls.forms import NONE, Privileges, Stage
from schemactl.rls.judging import Rows, decided, judge, settled
from schemactl.rls.model import Policies, TableRules
from schemactl.rls.probes import Answer, Cell, Form, Probe, Verdict
from schemactl.rls.relations import FILES, Path, Relation, files, functions, read
from schemactl.rls.scene import Scene, build
from schemactl.sql.names import quoted

if TYPE_CHECKING:
    from schemactl.db.types import Connection

LOGIN = "schemactl_authenticator"


@dataclass(frozen=True)
class Observation:
    """Every cell, and what is needed to explain it. `unbound` are actor and table where row security does not bind."""

    scene: Scene
    cells: tuple[Cell, ...]
    controls: Mapping[tuple[str, str | None], Answer]
    before: Mapping[Path, Rows]
    unbound: Mapping[tuple[str, Path], str] = field(default_factory=dict)
    login: str | None = None


def catalog_of(connection: "Connection", policies: Policies | None = None) -> Catalog:
    """Read the catalog. Changes nothing."""
    snapshot = take(connection)
    schemas = policies.schemas if policies else ("public",)
    published = frozenset((path[0], path[1]) for path in snapshot.of_kind("publication table"))
    found = read(snapshot)
    buckets: frozenset[str] = frozenset()
    lines = [rules for rules in policies.tables.values() if rules.bucket] if policies else []
    if lines and FILES in found:
        found |= {rules.path: files(found[FILES], rules.path) for rules in lines}
        buckets = frozenset(str(name) for (name,) in connection.execute("select id from storage.buckets").fetchall())
    return Catalog(snapshot, found, functions(snapshot, schemas), roles.read(connection), published, buckets)


@dataclass
class Observer:
    """A scene that is set, in an open transaction, and asked again and again."""

    connection: "Connection"
    policies: Policies
    catalog: Catalog
    scene: Scene
    drafts: Drafts
    before: Mapping[Path, Rows]
    login: str | None
    controls: dict[tuple[str, str | None], Answer] = field(default_factory=dict)

    def look(self, tables: Iterable[Path] | None = None, *, calls: bool = True) -> list[Cell]:
        """The cells of these tables, by default of all, as the database is now."""
        version = self.connection.info.server_version
        granted = probing.privileges(self.connection, self.policies, _schemas(self.policies))
        wanted = self.policies.tables if tables is None else tables
        probes = [
            probe
            for path in wanted
            for probe in _of_table(self.scene, self.drafts, self.policies.tables[path], granted, version)
        ]
        if calls:
            probes += call_probes(self.scene, self.catalog.functions)
        probes.sort(key=lambda probe: probe.session.state != actors.UNSET)  # a setting once set is never absent again
        with self.logged_in():
            answers = probing.run(self.connection, probes, self.catalog.relations)
        self._control(probes, answers)
        judged = (
            judge(probe, answer, self.controls.get(_key(probe)), self.before.get(probe.table, {}))
            for probe, answer in zip(probes, answers, strict=True)
        )
        return [*settled(chain.from_iterable(judged))]

    @contextmanager
    def logged_in(self) -> Iterator[None]:
        """As a role that may be every actor and is nobody itself, as an API's is; where we are allowed to."""
        if self.login is None:
            yield
            return
        self.connection.execute(f"set local session authorization {quoted(self.login)}".encode())
        yield
        self.connection.execute("set local session authorization default")

    def _control(self, probes: Sequence[Probe], answers: Sequence[Answer]) -> None:
        """What the owner gets, where that can decide a verdict."""
        writes = {
            _key(probe): probe
            for probe, answer in zip(probes, answers, strict=True)
            if not probe.form.startswith("select")
            and probe.form not in (Form.CALL, Form.CALL_KEYS)
            and _key(probe) not in self.controls
            and not decided(probe, answer, self.before.get(probe.table, {}))
        }
        answers = probing.control(self.connection, list(writes.values()), self.catalog.relations)
        self.controls.update(zip(writes, answers, strict=True))


def observer(connection: "Connection", policies: Policies, catalog: Catalog) -> Observer:
    """Seed every table, in the open transaction, as superuser or as owner."""
    scene = build(connection, policies, catalog.relations)
    probing.prepare(connection)
    kinds = [path for path in policies.tables if catalog.relations[path].is_table]
    before = probing.baseline(connection, kinds, catalog.relations)
    login = _login(connection, policies, catalog)
    return Observer(connection, policies, catalog, scene, Drafts(scene), before, login)


def observe(connection: "Connection", policies: Policies, catalog: Catalog) -> Observation:
    """Seed and probe everything, in the open transaction, as superuser or as owner of the tables."""
    watch = observer(connection, policies, catalog)
    unbound = _unbound(connection, policies, catalog, _schemas(policies))
    cells = tuple(_proven(watch.look(), watch.before, unbound))
    return Observation(watch.scene, cells, watch.controls, watch.before, unbound, watch.login)


def _schemas(policies: Policies) -> set[str]:
    return {path[0] for path in policies.tables} | set(policies.schemas)


def _of_table(scene: Scene, drafts: Drafts, rules: TableRules, granted: Privileges, version: int) -> Iterator[Probe]:
    relation = scene.relations[rules.path]
    leaves = [r for r in scene.relations.values() if _descends(scene, r, rules.path)] if relation.is_table else []
    for actor in scene.policies.actors.values():
        session = actors.session(scene.policies, actor)
        columns = granted.get((actor.role, relation.real), NONE)
        yield from forms.of_table(Stage(scene, drafts, rules, relation, session, columns, version))
        for leaf in leaves:
            reach = granted.get((actor.role, leaf.path), NONE)
            yield from forms.careless(Stage(scene, drafts, rules, leaf, session, reach, version))
    for session in actors.broken(scene.policies):
        columns = granted.get((session.role, relation.real), NONE)
        yield from forms.careless(Stage(scene, drafts, rules, relation, session, columns, version))


def _descends(scene: Scene, relation: Relation, root: Path) -> bool:
    return any(
        parent == root or (parent in scene.relations and _descends(scene, scene.relations[parent], root))
        for parent in relation.parents
    )


def _login(connection: "Connection", policies: Policies, catalog: Catalog) -> str | None:
    """The role to log in as, made for the transaction where there is none.

    None where we are no superuser: then `session_user` stays who connected.
    """
    wanted = {actor.role for actor in policies.actors.values()}
    fitting = [
        role.name
        for role in catalog.roles.values()
        if wanted <= role.member_of
        and not (role.superuser or role.bypass or wanted & (role.privileges_of - {role.name}))
    ]
    (superuser,) = connection.execute("select rolsuper from pg_roles where rolname = session_user").fetchone() or (0,)
    if not superuser:
        return None
    name = next((one for one in fitting if one == "authenticator"), next(iter(fitting), None))
    if name is None:
        name = LOGIN
        members = ", ".join(map(quoted, sorted(wanted)))
        membership = f" in role {members}" if members else ""
        connection.execute(f"create role {quoted(name)} login noinherit{membership}".encode())
    return name


def _unbound(
    connection: "Connection", policies: Policies, catalog: Catalog, schemas: Iterable[str]
) -> dict[tuple[str, Path], str]:
    """Where row security is on and yet does not bind an actor that is not meant to bypass it."""
    found = {}
    for actor in policies.actors.values():
        if actor.bypass:
            continue
        binding = probing.row_security(connection, actors.session(policies, actor), schemas)
        for path in policies.tables:
            if not binding.get(catalog.relations[path].real, True) and catalog.relations[path].row_security:
                role = catalog.roles[actor.role]
                why = "is a superuser" if role.superuser else "bypasses it" if role.bypass else "owns the table"
                found[actor.name, path] = f"row security does not bind {actor.role}, which {why}"
    return found


def _key(probe: Probe) -> tuple[str, str | None]:
    return probe.statement, probe.setup


def control_of(observation: Observation, cell: Cell) -> Answer | None:
    """What the owner got for the same statement."""
    return observation.controls.get(_key(cell.probe))


def _proven(
    cells: Iterable[Cell], before: Mapping[Path, Rows], unbound: Mapping[tuple[str, Path], str]
) -> Iterator[Cell]:
    """A denial counts only where the row is there and row security binds the actor."""
    for cell in cells:
        reason = unbound.get((cell.probe.session.actor.name, cell.probe.table))
        row = cell.case.row
        if reason:
            yield Cell(cell.probe, cell.case, Verdict.INVALID, cell.state, reason)
        elif row and row.key not in before.get(cell.probe.table, {}) and cell.probe.table in before:
            yield Cell(cell.probe, cell.case, Verdict.UNSEEDABLE, cell.state, "the row is not in the table any more")
        else:
            yield cell
