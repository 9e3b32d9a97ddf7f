"""Cells that did not pass, as findings: one a cause, at the statement that made it so, with a script that shows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemactl.core.findings import Evidence, Finding, Severity, fingerprint, with_distinct_fingerprints
from schemactl.core.words import plural
from schemactl.db import sqlstates
from schemactl.rls import binding, causes, scripts, wording
from schemactl.rls.binding import Catalog
from schemactl.rls.blame import Blame
from schemactl.rls.causes import Cause
from schemactl.rls.judging import REFUSED, let_through
from schemactl.rls.model import OWN, Operation
from schemactl.rls.observing import Observation, control_of
from schemactl.rls.probes import Cell, Form, Verdict
from schemactl.rls.relations import Path
from schemactl.sql.names import quoted

if TYPE_CHECKING:
    from schemactl.db.types import Connection

BEYOND = "access-beyond-policies"
REFUSED_RULE = "declared-access-refused"
FAILS = "access-error"
UNTESTED = "access-not-tested"
INERT = "policy-for-bypassing-role"
NULLABLE = "nullable-owner-column"
_FORMS = list(Form)
_TOGETHER = 3


@dataclass(frozen=True)
class Context:
    """What findings are made from."""

    observation: Observation
    catalog: Catalog
    blame: Blame

    def name(self, path: Path) -> str:
        """The relation's name as SQL, or a function's as it is."""
        relation = self.observation.scene.relations.get(path)
        return relation.name if relation else ".".join(path)

    def at(self, finding: Finding, *objects: str) -> Finding:
        """The finding at the statement behind the first of these objects that the migrations make."""
        statement = self.blame.of(*objects)
        if statement is None:
            return replace(finding, fingerprint=fingerprint(finding))
        placed = replace(finding, span=statement.span, statement=statement.index)
        return replace(placed, fingerprint=fingerprint(placed, f"{finding.rule} {statement.text}"))

    def script(self, cells: Sequence[Cell], title: str) -> str:
        """A script for the most telling of the cells."""
        return scripts.script(self.observation.scene, telling(cells), title)


def of(connection: "Connection", context: Context) -> tuple[Finding, ...]:
    """Every finding of a test, in the transaction of its observation."""
    failed = [cell for cell in context.observation.cells if not cell.passed]
    through = [cell for cell in failed if not cell.case.expected and _came_through(context.observation, cell)]
    rest = [cell for cell in failed if cell not in through]
    found = [*_through(context, causes.find(connection, context.observation, through))]
    found += _refused(context, [cell for cell in rest if cell.verdict is Verdict.DENY])
    found += _failing(context, [cell for cell in rest if cell.verdict is Verdict.ERROR])
    found += _untested(context, [cell for cell in rest if cell.verdict in (Verdict.INVALID, Verdict.UNSEEDABLE)])
    found += _unseedable(context)
    found += binding.undeclared(context.observation.scene.policies, context.catalog)
    found += _inert(context)
    found += _nullable(context)
    return with_distinct_fingerprints(found)


def _through(context: Context, by_cause: Mapping[Cause, list[Cell]]) -> Iterator[Finding]:
    """One a cause; TRUNCATE, which the platform's default privileges grant on every table, once for many tables."""
    emptied = {cause: c for cause, c in by_cause.items() if all(cell.probe.form is Form.TRUNCATE for cell in c)}
    together = len(emptied) >= _TOGETHER
    for cause, cells in by_cause.items():
        if not together or cause not in emptied:
            yield _beyond(context, cause, cells)
    if together:
        yield _emptied(context, emptied)


def _emptied(context: Context, by_cause: Mapping[Cause, list[Cell]]) -> Finding:
    cells = [cell for group in by_cause.values() for cell in group]
    names = sorted(cause.object.removeprefix("table ") for cause in by_cause)
    schemas = ", ".join(map(quoted, sorted({cause.relation[0] for cause in by_cause})))
    roles = ", ".join(map(quoted, sorted({cell.probe.session.role for cell in cells})))
    what = wording.deeds(context.observation.scene.policies, cells)
    told = f"{', '.join(names[:_TOGETHER])}{f' and {len(names) - _TOGETHER} more' if len(names) > _TOGETHER else ''}"
    finding = Finding(
        rule=BEYOND,
        severity=Severity.ERROR,
        message=f"grants on {len(names)} tables let through more than is declared, whatever row security says: "
        f"{what}; {told}.",
        evidence=Evidence.EXECUTED,
        object=f"{len(names)} tables of schema {schemas}",
        hint=f"REVOKE TRUNCATE ON ALL TABLES IN SCHEMA {schemas} FROM {roles};\n"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schemas} REVOKE TRUNCATE ON TABLES FROM {roles};",
        repro=context.script(cells, f"{names[0]}: {what}"),
    )
    return context.at(finding, *(f"table {name}" for name in names))


def _came_through(observation: Observation, cell: Cell) -> bool:
    return cell.verdict is Verdict.ALLOW or let_through(cell, control_of(observation, cell))


def telling(cells: Sequence[Cell]) -> Cell:
    """The cell that a person understands at once: a plain statement of a sound session, of as few as possible."""
    return min(
        cells,
        key=lambda cell: (
            bool(cell.probe.session.state),
            cell.probe.form in (Form.COUNT, Form.FOR_UPDATE),
            cell.state is not None,
            cell.probe.session.actor.person is not None,
            _FORMS.index(cell.probe.form),
        ),
    )


def _beyond(context: Context, cause: Cause, cells: list[Cell]) -> Finding:
    policies = context.observation.scene.policies
    what = wording.deeds(policies, cells)
    states = wording.states(cells)
    lets = {
        "policy": f"{cause.object} lets through more than is declared",
        "row security": f"row security is off for {cause.object}, so that grants alone decide",
        "grant": f"a grant on {cause.object} allows more than is declared, whatever its row security says",
        "view": f"{cause.object} shows more than is declared",
        "function": f"{cause.object} gives more than is declared",
    }[cause.kind]
    errors = f" Row security let it through; then it failed with {states}, which is no denial." if states else ""
    finding = Finding(
        rule=BEYOND,
        severity=Severity.ERROR,
        message=f"{lets}: {what}.{errors}",
        evidence=Evidence.EXECUTED,
        object=cause.object,
        hint=_advice(context, cause, cells),
        repro=context.script(cells, f"{cause.object}: {what}"),
    )
    return context.at(finding, cause.object, f"table {context.name(cause.relation)}")


def _advice(context: Context, cause: Cause, cells: Sequence[Cell]) -> str:
    policies = context.observation.scene.policies
    rules = policies.tables.get(cells[0].probe.table)
    name = context.name(cause.relation)
    columns = [cell for cell in cells if cell.case.operation is Operation.UPDATE and cell.case.label == OWN]
    role = quoted(cells[0].probe.session.role)
    if rules and columns and len(columns) * 2 > len(cells):
        allowed = sorted(
            {
                column
                for rights in policies.rights(rules, columns[0].probe.session.actor, frozenset({OWN}))
                for column in rights.named(Operation.UPDATE)
            }
        )
        grant = f"\nGRANT UPDATE ({', '.join(map(quoted, allowed))}) ON {name} TO {role};" if allowed else ""
        return f"A policy chooses rows, a grant chooses columns:\nREVOKE UPDATE ON {name} FROM {role};{grant}"
    said = f" Or, where it is meant, say so at {rules.place}." if rules and rules.place else ""
    advice = {
        "policy": "Narrow the policy's roles (TO) and its condition, or revoke the grant.",
        "row security": f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, with policies; or REVOKE what nobody needs.",
        "grant": f"REVOKE the privilege on {name} from {role}.",
        "view": "It shows what the policies of its tables let its reader see: narrow those, or REVOKE it."
        if any(option.startswith("security_invoker") for option in _options(context, cause))
        else "ALTER VIEW … SET (security_invoker = true), from PostgreSQL 15 on, or REVOKE it.",
        "function": "REVOKE EXECUTE ON FUNCTION … FROM PUBLIC, and from the role; or let it ask who calls.",
    }[cause.kind]
    return advice + said


def _options(context: Context, cause: Cause) -> tuple[str, ...]:
    relation = context.observation.scene.relations.get(cause.relation)
    return relation.options if relation else ()


def _refused(context: Context, cells: Sequence[Cell]) -> Iterator[Finding]:
    """What the files allow and the database denies. Who cannot read is told that alone: much else needs it."""
    policies = context.observation.scene.policies
    blind = {(c.probe.session.name, c.probe.table) for c in cells if c.case.operation is Operation.SELECT}
    groups: dict[tuple[Path, Operation], list[Cell]] = {}
    for cell in cells:
        reads = (cell.probe.session.name, cell.probe.table) in blind
        if cell.case.operation is Operation.SELECT or not reads:
            groups.setdefault((cell.probe.table, cell.case.operation), []).append(cell)
    for (path, operation), group in groups.items():
        name = context.name(path)
        what = wording.deeds(policies, group)
        why = next((cell.message for cell in group if cell.state == REFUSED), "no row was reached")
        rules = policies.tables.get(path)
        said = f" ({rules.place})" if rules and rules.place else ""
        finding = Finding(
            rule=REFUSED_RULE,
            severity=Severity.ERROR,
            message=f"{name}: it is declared{said}, and the database refuses: {what}: {why}.",
            evidence=Evidence.EXECUTED,
            object=f"{operation} on {name}",
            hint="Add the grant or the policy that is missing, or take the line out of the policies.",
            repro=context.script(group, f"{name}: {what}"),
        )
        yield context.at(finding, f"table {name}", f"function {name}")


def _failing(context: Context, cells: Sequence[Cell]) -> Iterator[Finding]:
    """Statements that fail with something that is neither success nor a denial."""
    policies = context.observation.scene.policies
    groups: dict[tuple[Path, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.probe.table, cell.state or ""), []).append(cell)
    for (path, state), group in groups.items():
        name = context.name(path)
        finding = Finding(
            rule=FAILS,
            severity=Severity.ERROR,
            message=f"{name}: fails with {sqlstates.describe(state)}: {group[0].message}. "
            f"{wording.deeds(policies, group)}. An error is no denial.",
            evidence=Evidence.EXECUTED,
            object=f"table {name}",
            hint="Make the statement work, or row security refuse it.",
            repro=context.script(group, f"{name}: {group[0].message}"),
        )
        yield context.at(finding, f"table {name}")


def _untested(context: Context, cells: Sequence[Cell]) -> Iterator[Finding]:
    """Denials that prove nothing."""
    groups: dict[tuple[Path, str], list[Cell]] = {}
    for cell in cells:
        if cell.message or context.observation.before.get(cell.probe.table):  # why a table is empty is told already
            groups.setdefault((cell.probe.table, cell.message), []).append(cell)
    for (path, message), group in groups.items():
        name = context.name(path)
        why = message or "the statement changes nothing even for the table's owner: a trigger drops it"
        names = wording.actors(context.observation.scene.policies, group)
        finding = Finding(
            rule=UNTESTED,
            severity=Severity.ERROR,
            message=f"{name} is not tested as {', '.join(names)}: {why} ({plural(len(group), 'cell')}).",
            evidence=Evidence.EXECUTED,
            object=f"table {name}",
            hint="Let the actors be roles that row security binds; say `bypass: true` of one that it must not bind."
            if "row security" in message
            else "Give `values:` for rows that the trigger lets change, or name the columns to be written: update(…).",
        )
        yield context.at(finding, f"table {name}")


def _unseedable(context: Context) -> Iterator[Finding]:
    """Classes without a row, unless that is waived with a reason; one cause that stops many tables is told once."""
    scene = context.observation.scene
    by_reason: dict[tuple[str, str | None], dict[Path, list[str]]] = {}
    for (path, label), reason in scene.unseedable.items():
        rules = scene.policies.tables.get(path)
        cause = reason.removeprefix(f"{context.name(path)}: ")
        by_reason.setdefault((cause, rules.waived if rules else None), {}).setdefault(path, []).append(label)
    for (reason, waived), by_table in by_reason.items():
        together = len(by_table) >= _TOGETHER
        for tables in [by_table] if together else [{path: labels} for path, labels in by_table.items()]:
            yield from _unmade(context, tables, reason, waived)


def _unmade(context: Context, tables: Mapping[Path, list[str]], reason: str, waived: str | None) -> Iterator[Finding]:
    names = [context.name(path) for path in tables]
    labels = ", ".join(dict.fromkeys(label for found in tables.values() for label in found))
    many = len(names) > 1
    told = (
        f"{', '.join(names[:_TOGETHER])} and {len(names) - _TOGETHER} more"
        if len(names) > _TOGETHER
        else ", ".join(names)
    )
    finding = Finding(
        rule=UNTESTED,
        severity=Severity.INFO if waived else Severity.ERROR,
        message=f"{told} {'are' if many else 'is'} not tested with {labels} rows, since none could be made: {reason}."
        + (f" Waived: {waived}" if waived else ""),
        evidence=Evidence.EXECUTED,
        object=f"{len(names)} tables" if many else f"table {names[0]}",
        hint="Give `values:` for the columns that matter, or say `waived:` and why.",
    )
    yield context.at(finding, *(f"table {name}" for name in names))


def _inert(context: Context) -> Iterator[Finding]:
    """Policies for roles that row security does not ask."""
    for relation in context.catalog.relations.values():
        for policy in relation.policies if relation.path in context.observation.scene.policies.tables else ():
            known = [context.catalog.roles[name] for name in policy.roles if name in context.catalog.roles]
            if known and len(known) == len(policy.roles) and all(role.bypass or role.superuser for role in known):
                names = ", ".join(sorted(policy.roles))
                title = f"policy {quoted(policy.name)} on {relation.name}"
                finding = Finding(
                    rule=INERT,
                    severity=Severity.INFO,
                    message=f"{title} is never asked: {names} bypasses row security. Harmless.",
                    evidence=Evidence.EXECUTED,
                    object=title,
                    hint=f"DROP POLICY {quoted(policy.name)} ON {relation.name};",
                    repro=f"-- {names} bypasses row security\nSELECT rolname, rolbypassrls FROM pg_roles "
                    f"WHERE rolname IN ({', '.join(repr(one.name) for one in known)});\n",
                )
                yield context.at(finding, title)


def _nullable(context: Context) -> Iterator[Finding]:
    """Owner columns that take NULL: such a row is nobody's."""
    scene = context.observation.scene
    for rules in binding.ownable(scene):
        relation = scene.relations[rules.path]
        cells = [
            cell
            for cell in context.observation.cells
            if cell.probe.table == rules.path and cell.probe.form is Form.SELECT and cell.case.label == "orphan"
            and not cell.probe.session.actor.bypass and not cell.probe.session.state
        ]  # fmt: skip
        if any("orphan" in by_class for by_class in rules.allow.values()) or not cells:
            continue
        title = f"column {relation.name}.{quoted(rules.owner or '')}"
        seen = any(cell.verdict is Verdict.ALLOW for cell in cells)
        finding = Finding(
            rule=NULLABLE,
            severity=Severity.WARNING,
            message=f"{title} says whose a row is and takes NULL: such a row belongs to nobody, and "
            + ("is seen by those whom no line allows it." if seen else "none of the actors sees it."),
            evidence=Evidence.EXECUTED,
            object=title,
            hint=f"ALTER TABLE {relation.name} ALTER COLUMN {quoted(rules.owner or '')} SET NOT NULL;",
            repro=context.script(cells[-1:], f"a row of {relation.name} that belongs to nobody, and who sees it"),
        )
        yield context.at(finding, title, f"table {relation.name}")


def failing(cells: Iterable[Cell]) -> int:
    """How many did not pass."""
    return sum(not cell.passed for cell in cells)
