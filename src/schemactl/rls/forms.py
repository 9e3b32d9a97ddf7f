"""Every statement form for a table and an actor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemactl.rls.actors import Session
from schemactl.rls.drafts import Change, Draft, Drafts
from schemactl.rls.inserting import insert_statement, sql
from schemactl.rls.model import MATE, ORPHAN, OTHER, OWN, ROW, Actor, Operation, Policies, TableRules
from schemactl.rls.probes import WHOLE, Case, Form, Probe
from schemactl.rls.relations import Path, Relation
from schemactl.rls.scene import Scene, SeededRow, key_sql, where
from schemactl.sql.names import quoted

Privileges = Mapping[tuple[str, Path], "Columns"]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a relation that a role may touch."""

    readable: frozenset[str] = frozenset()
    insertable: frozenset[str] = frozenset()
    updatable: frozenset[str] = frozenset()


NONE = Columns()


@dataclass(frozen=True)
class Stage:
    """One table as one session meets it."""

    scene: Scene
    drafts: Drafts
    rules: TableRules
    relation: Relation
    session: Session
    columns: Columns
    version: int

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.session.actor

    @property
    def policies(self) -> Policies:
        """What the files say."""
        return self.scene.policies

    def rows(self) -> list[tuple[SeededRow, frozenset[str]]]:
        """The rows with the classes that they have for this actor."""
        return [(row, self.scene.labels(row, self.actor)) for row in self.scene.rows.get(self.rules.path, [])]

    def one_a_class(self) -> list[tuple[SeededRow, frozenset[str]]]:
        """One row of each class."""
        found = {labels: row for row, labels in reversed(self.rows())}
        return [(row, labels) for labels, row in found.items()]

    def allows(self, labels: frozenset[str], operation: Operation, column: str | None = None) -> bool:
        """Whether the files allow it."""
        return self.policies.allows(self.rules, self.actor, labels, operation, column)

    def probe(self, form: Form, statement: str, *cases: Case, query: bool = False, setup: str | None = None) -> Probe:
        """A probe of this session."""
        return Probe(
            self.session, self.rules.path, self.relation.path, form, statement, cases, query=query, setup=setup
        )


def label_of(labels: frozenset[str]) -> str:
    """The most telling of a row's classes: its named one, else whose it is."""
    named = labels.difference((OWN, MATE, OTHER, ORPHAN, ROW))
    return next(iter(named or labels))


def of_table(stage: Stage) -> Iterator[Probe]:
    """All forms."""
    yield from reads(stage)
    if stage.relation.is_table:
        yield from _inserts(stage)
        yield from _updates(stage)
        yield from _deletes(stage)


def reads(stage: Stage) -> Iterator[Probe]:
    """Listing, counting, locking, and the columns that must not be listed."""
    if not stage.relation.is_table:
        yield _view(stage)
        return
    rows = stage.rows()
    cases = tuple(_case(stage, Operation.SELECT, row, labels) for row, labels in rows)
    key, name = key_sql(stage.relation, "t"), stage.relation.name
    yield stage.probe(Form.SELECT, f"select jsonb_agg({key}) from {name} t", *cases, query=True)
    if not stage.rules.bucket:  # the other buckets' files are in the table too
        yield stage.probe(Form.COUNT, f"select count(*) from {name}", *cases, query=True)
    locking = (
        Case(Operation.UPDATE, case.label, case.expected and stage.allows(labels, Operation.UPDATE), row)
        for case, (row, labels) in zip(cases, rows, strict=True)
    )
    locked = f"select jsonb_agg(k) from (select {key} as k from {name} t for update) locked"
    yield stage.probe(Form.FOR_UPDATE, locked, *locking, query=True)
    for column in sorted(stage.rules.secret) if not stage.actor.bypass else ():
        hidden = (
            Case(Operation.SELECT, label_of(labels), expected=False, row=row, column=column)
            for row, labels in rows
            if OWN not in labels
        )
        listing = f"select jsonb_agg({key}) from {name} t where t.{quoted(column)} is not null"
        yield stage.probe(Form.SECRET, listing, *hidden, query=True)


def _case(stage: Stage, operation: Operation, row: SeededRow, labels: frozenset[str]) -> Case:
    return Case(operation, label_of(labels), stage.allows(labels, operation), row)


def _view(stage: Stage) -> Probe:
    """A view: whose rows it shows where it has an owner column, else whether it shows any."""
    owner, name = stage.rules.owner, stage.relation.name
    if owner is None:
        case = Case(Operation.SELECT, ROW, stage.allows(frozenset({ROW}), Operation.SELECT))
        return stage.probe(Form.SELECT, f"select jsonb_agg(true) from {name}", case, query=True)
    rows = [SeededRow(stage.rules.path, {owner: key}, key or "", key) for key in stage.scene.owners(stage.rules)]
    cases = (_case(stage, Operation.SELECT, row, stage.scene.labels(row, stage.actor)) for row in rows)
    listing = f"select jsonb_agg(t.{quoted(owner)}::text) from {name} t"
    return stage.probe(Form.SELECT, listing, *cases, query=True)


def _inserts(stage: Stage) -> Iterator[Probe]:
    for label, owner in _owners(stage):
        labels = frozenset({label})
        named = {
            column
            for rights in stage.policies.rights(stage.rules, stage.actor, labels)
            for column in rights.named(Operation.INSERT)
        }
        draft = stage.drafts.row(stage.rules, owner, frozenset(named))
        if draft is None:
            continue
        allowed = all(stage.allows(labels, Operation.INSERT, name) for name in draft.values) and stage.allows(
            labels, Operation.INSERT
        )
        yield from _insert_forms(stage, label, draft, allowed=allowed)
        if allowed and not stage.actor.bypass:
            yield from _more_columns(stage, label, draft, owner)
            yield from _under_parents(stage, draft, owner)
    yield from _upserts(stage)


def _owners(stage: Stage) -> Iterator[tuple[str, str | None]]:
    """A class of new rows, and the owner that makes it so."""
    if not stage.rules.owned:
        yield ROW, None
        return
    seen = set()
    for row, labels in stage.rows():
        label = label_of(labels)
        if row.named is None and label not in seen:
            seen.add(label)
            yield label, row.owner


def _insert_forms(stage: Stage, label: str, draft: Draft, *, allowed: bool) -> Iterator[Probe]:
    labels = frozenset({label})
    statement = insert_statement(stage.relation, draft.values)
    case = Case(Operation.INSERT, label, allowed)
    yield stage.probe(Form.INSERT, statement, case, setup=draft.setup)
    returned = Case(Operation.INSERT, label, allowed and stage.allows(labels, Operation.SELECT))
    yield stage.probe(
        Form.RETURNING, f"{statement} returning {key_sql(stage.relation, stage.relation.name)}", returned, query=True,
        setup=draft.setup,
    )  # fmt: skip
    yield stage.probe(Form.DO_NOTHING, f"{statement} on conflict do nothing", case, setup=draft.setup)


def _more_columns(stage: Stage, label: str, draft: Draft, owner: str | None) -> Iterator[Probe]:
    """Columns that the actor has a grant for, and that the files do not let it write."""
    labels = frozenset({label})
    sample = next((row for row, _ in stage.rows() if row.owner == owner), None)
    for name in sorted(stage.columns.insertable - draft.values.keys()):
        column = stage.relation.columns[name]
        expected = stage.allows(labels, Operation.INSERT, name) and name not in stage.rules.freeze
        value = sample.values.get(name) if sample else None
        unique = any(name in columns for columns in stage.relation.unique)
        if expected or value is None or unique or not column.writable:
            continue
        statement = insert_statement(stage.relation, {**draft.values, name: value})
        yield stage.probe(
            Form.INSERT, statement, Case(Operation.INSERT, label, expected=False, column=name), setup=draft.setup
        )


def _under_parents(stage: Stage, draft: Draft, owner: str | None) -> Iterator[Probe]:
    """A row of one's own that refers to a row which the actor may not read."""
    for reference in stage.relation.references:
        if len(reference.columns) != 1 or reference.columns[0] in (stage.rules.owner, stage.rules.through):
            continue
        rules = stage.policies.tables.get(reference.table)
        (column,), (there,) = reference.columns, reference.referenced
        if rules is None or column not in stage.columns.insertable:
            continue
        for parent in stage.scene.rows.get(reference.table, []):
            labels = stage.scene.labels(parent, stage.actor)
            if parent.owner not in (owner, None) and not stage.policies.allows(
                rules, stage.actor, labels, Operation.SELECT
            ):
                statement = insert_statement(stage.relation, {**draft.values, column: parent.values[there]})
                case = Case(Operation.INSERT, OWN, expected=False, column=column)
                yield stage.probe(Form.PARENT, statement, case, setup=draft.setup)
                break


def _upserts(stage: Stage) -> Iterator[Probe]:
    """INSERT … ON CONFLICT DO UPDATE onto a row that is there."""
    if not stage.relation.key:
        return
    target = ", ".join(map(quoted, stage.relation.key))
    for row, labels in stage.one_a_class():
        change = stage.drafts.harmless(row, stage.columns.updatable)
        draft = stage.drafts.same(row)
        if change is None or draft is None:
            continue
        expected = all(
            (
                *(stage.allows(labels, Operation.INSERT, name) for name in draft),
                stage.allows(labels, Operation.SELECT),
                stage.allows(labels, Operation.UPDATE, change.column),
            )
        )
        statement = (
            f"{insert_statement(stage.relation, draft)} on conflict ({target}) "
            f"do update set {quoted(change.column)} = {sql(change.value)}"
        )
        case = Case(Operation.UPDATE, label_of(labels), expected, row, change.column)
        yield stage.probe(Form.UPSERT, statement, case)


def _updates(stage: Stage) -> Iterator[Probe]:
    for row, labels in stage.one_a_class():
        for change in _changes(stage, row, labels):
            case = Case(Operation.UPDATE, label_of(labels), _may_update(stage, labels, change), row, change.column)
            yield stage.probe(Form.UPDATE, _update(stage, change, row), case)
        harmless = stage.drafts.harmless(row, stage.columns.updatable)
        if harmless and stage.version >= 150000 and stage.relation.key:
            case = Case(Operation.UPDATE, label_of(labels), _may_update(stage, labels, harmless), row, harmless.column)
            yield stage.probe(Form.MERGE, _merge(stage, harmless, row), case)
        yield from _owner_moves(stage, row, labels)
    yield from blind_update(stage)
    yield from _blind_moves(stage)


def _may_update(stage: Stage, labels: frozenset[str], change: Change) -> bool:
    """A statement with WHERE reads, so that it needs the right to read as well; and a new parent must be in sight."""
    may = stage.allows(labels, Operation.UPDATE, change.column) and stage.allows(labels, Operation.SELECT)
    return may and (stage.actor.bypass or _in_sight(stage, change))


def _in_sight(stage: Stage, change: Change) -> bool:
    """Whether the actor may read the row that the changed column then refers to."""
    for reference in stage.relation.references:
        rules = stage.policies.tables.get(reference.table)
        if reference.columns == (change.column,) and rules and change.value is not None:
            for parent in stage.scene.rows.get(reference.table, []):
                if parent.values.get(reference.referenced[0]) == change.value:
                    labels = stage.scene.labels(parent, stage.actor)
                    return stage.policies.allows(rules, stage.actor, labels, Operation.SELECT)
    return True


def _changes(stage: Stage, row: SeededRow, labels: frozenset[str]) -> Iterator[Change]:
    """The columns worth trying: all that a grant or the files let through where anything is allowed, else one."""
    if stage.actor.bypass or not stage.allows(labels, Operation.UPDATE):
        harmless = stage.drafts.harmless(row, stage.columns.updatable)
        yield from [harmless] if harmless else []
        return
    moves = {stage.rules.owner, stage.rules.through}
    for name in stage.relation.columns:
        wanted = name in stage.columns.updatable or (
            stage.allows(labels, Operation.UPDATE, name) and _named(stage, labels, name)
        )
        change = stage.drafts.change(row, name) if wanted and name not in moves else None
        if change and name not in stage.relation.key:
            yield change


def _named(stage: Stage, labels: frozenset[str], name: str) -> bool:
    everything = stage.policies.rights(stage.rules, stage.actor, labels)
    return any(name in rights.named(Operation.UPDATE) for rights in everything)


def _owner_moves(stage: Stage, row: SeededRow, labels: frozenset[str]) -> Iterator[Probe]:
    """Give a row of one's own away, or to another team of one's own; take another's."""
    column = stage.rules.owner or stage.rules.through
    if not row.owned or not column or stage.actor.bypass or row.named:
        return
    mine = next((other for other, seen in stage.rows() if OWN in seen), None)
    theirs = next((other for other, seen in stage.rows() if OWN not in seen and other.owner), None)
    also = next((other for other, seen in stage.rows() if OWN in seen and other.owner != row.owner), None)
    operation = Operation.GIVE if OWN in labels else Operation.TAKE
    expected = _may_move(stage, labels, operation, column)
    case = Case(operation, label_of(labels), expected, row, column)
    for to in (theirs, also) if OWN in labels else (mine,):
        if to is not None and column in stage.columns.updatable:
            yield stage.probe(Form.OWNER, _update(stage, Change(column, to.values[column]), row), case)


def blind_update(stage: Stage) -> Iterator[Probe]:
    """UPDATE without reading a column: SELECT policies are not asked (CREATE POLICY, table 1)."""
    rows = stage.rows()
    change = stage.drafts.blind([row for row, _ in rows], stage.columns.updatable)
    if change:
        cases = (
            Case(
                Operation.UPDATE, label_of(labels), stage.allows(labels, Operation.UPDATE, change.column), row,
                change.column,
            )
            for row, labels in rows
            if row.values[change.column] != change.value
        )  # fmt: skip
        yield stage.probe(
            Form.BLIND_UPDATE, f"update {stage.relation.name} set {quoted(change.column)} = {sql(change.value)}", *cases
        )


def _blind_moves(stage: Stage) -> Iterator[Probe]:
    """`UPDATE t SET owner = me` passes a CHECK that pins the owner: only USING protects others' rows.

    `SET owner = another`, without reading, passes where only the SELECT policy pins the new owner.
    """
    column = stage.rules.owner
    mine = next((row for row, labels in stage.rows() if OWN in labels), None)
    theirs = next((row for row, labels in stage.rows() if OWN not in labels and row.owner), None)
    if not column or mine is None or stage.actor.bypass or column not in stage.columns.updatable:
        return
    if theirs:
        gives = (
            Case(Operation.GIVE, label_of(labels), _may_move(stage, labels, Operation.GIVE, column), row, column)
            for row, labels in stage.rows()
            if OWN in labels
        )
        statement = f"update {stage.relation.name} set {quoted(column)} = {sql(theirs.values[column])}"
        yield stage.probe(Form.BLIND_OWNER, statement, *gives)
    takes = (
        Case(Operation.TAKE, label_of(labels), _may_move(stage, labels, Operation.TAKE, column), row, column)
        for row, labels in stage.rows()
        if OWN not in labels
    )
    statement = f"update {stage.relation.name} set {quoted(column)} = {sql(mine.values[column])}"
    yield stage.probe(Form.BLIND_OWNER, statement, *takes)


def _may_move(stage: Stage, labels: frozenset[str], operation: Operation, column: str) -> bool:
    return stage.allows(labels, operation) or stage.allows(labels, Operation.UPDATE, column)


def _update(stage: Stage, change: Change, row: SeededRow) -> str:
    assignment = f"{quoted(change.column)} = {sql(change.value)}"
    return f"update {stage.relation.name} set {assignment} where {where(stage.relation, row.values)}"


def _merge(stage: Stage, change: Change, row: SeededRow) -> str:
    keys = " and ".join(f"t.{quoted(name)} = {sql(row.values[name])}" for name in stage.relation.key)
    return (
        f"merge into {stage.relation.name} t using (select 1) s on {keys} "
        f"when matched then update set {quoted(change.column)} = {sql(change.value)}"
    )


def _deletes(stage: Stage) -> Iterator[Probe]:
    setup = stage.drafts.childless(stage.relation)
    for row, labels in stage.one_a_class():
        expected = stage.allows(labels, Operation.DELETE) and stage.allows(labels, Operation.SELECT)
        case = Case(Operation.DELETE, label_of(labels), expected, row)
        statement = f"delete from {stage.relation.name} where {where(stage.relation, row.values)}"
        yield stage.probe(Form.DELETE, statement, case, setup=setup)
    yield blind_delete(stage)
    if stage.actor.bypass and all(stage.allows(labels, Operation.DELETE) for _, labels in stage.rows()):
        return  # who may delete every row may empty the table
    if stage.rules.bucket:
        return  # the table is the platform's, and so are its grants
    every = frozenset(label for _, labels in stage.rows() for label in labels) or frozenset({ROW})
    truncate = Case(Operation.TRUNCATE, WHOLE, stage.allows(every, Operation.TRUNCATE))
    yield stage.probe(Form.TRUNCATE, f"truncate {stage.relation.name}", truncate)


def blind_delete(stage: Stage) -> Probe:
    """DELETE without reading a column."""
    cases = (
        Case(Operation.DELETE, label_of(labels), stage.allows(labels, Operation.DELETE), row)
        for row, labels in stage.rows()
    )
    setup = stage.drafts.childless(stage.relation)
    return stage.probe(Form.BLIND_DELETE, f"delete from {stage.relation.name}", *cases, setup=setup)


def careless(stage: Stage) -> Iterator[Probe]:
    """What a session in a broken state, or one that names a partition, must not do: denials alone are judged."""
    probes = [p for p in reads(stage) if p.form is Form.SELECT or (p.form is Form.COUNT and not _any_allowed(p))]
    if stage.relation.is_table:
        probes += [*blind_update(stage), blind_delete(stage)]
    for probe in probes:
        cases = tuple(case for case in probe.cases if not case.expected)
        if cases:
            yield Probe(
                probe.session, probe.table, probe.relation, probe.form, probe.statement, cases, probe.query, probe.setup
            )


def _any_allowed(probe: Probe) -> bool:
    """Whether a count says nothing: some of the rows may be seen."""
    return any(case.expected for case in probe.cases)
