"""`schemactl rls explain`: why an actor may, or may not, touch a row: every policy and every part of it, evaluated."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.core.config import Config
from schemactl.core.errors import UsageError
from schemactl.core.events import Listener, ignore
from schemactl.core.results import Cell as ReportCell
from schemactl.core.results import Json, Mood, Report, Table
from schemactl.core.words import did_you_mean
from schemactl.db.connect import connect
from schemactl.rls import actors, database, observing, probing
from schemactl.rls.actors import Session
from schemactl.rls.forms import label_of
from schemactl.rls.matrix import declared_or_guessed
from schemactl.rls.model import Policies
from schemactl.rls.observing import Observer
from schemactl.rls.probes import Form, Probe
from schemactl.rls.relations import Path, Policy, Relation
from schemactl.rls.scene import SeededRow, where
from schemactl.sql.conditions import parts
from schemactl.sql.names import quoted

if TYPE_CHECKING:
    from schemactl.db.types import Connection

COMMANDS = ("select", "insert", "update", "delete")
TRUE, FALSE, NULL = "TRUE", "FALSE", "NULL"
_WORDS = {"true": TRUE, "false": FALSE, None: NULL}
_MOODS = {TRUE: Mood.GOOD, FALSE: Mood.BAD, NULL: Mood.WARN}


@dataclass(frozen=True, slots=True)
class Line:
    """A condition of a policy, or a part of one: what it is for this row and this session.

    `clause` is USING or CHECK; `value` TRUE, FALSE, NULL or an error's words; `whole` the policy's condition itself.
    """

    policy: Policy
    clause: str
    text: str
    value: str
    whole: bool


def run(
    config: Config, table: str, *, actor: str, row: str, dsn: str | None = None, listener: Listener = ignore
) -> Report:
    """Explain one row of `table` to one actor. `row` is a class (`own`, `other`, a named one) or the text of a key.

    Raises UsageError for a table, actor or row that there is not.
    """
    if dsn is not None:
        with closing(connect(dsn)) as connection, database.undone(connection):
            return _explain(_observer(connection, config), table, actor, row)
    folder = database.folder_of(config)
    with database.throwaway(config, listener) as (_, fresh):
        database.migrate(fresh.dsn, folder)
        with closing(connect(fresh.superuser_dsn)) as connection, database.undone(connection):
            return _explain(_observer(connection, config), table, actor, row)


def _observer(connection: "Connection", config: Config) -> Observer:
    policies, catalog = declared_or_guessed(connection, config)
    return observing.observer(connection, policies, catalog)


def _explain(watch: Observer, table: str, actor: str, row: str) -> Report:
    path = _path(watch.policies, table)
    if actor not in watch.policies.actors:
        raise UsageError(f"there is no actor `{actor}`", hint=did_you_mean(actor, watch.policies.actors))
    session = actors.session(watch.policies, watch.policies.actors[actor])
    relation = watch.catalog.relations[path]
    chosen = _row(watch, path, session, row)
    lines = list(_lines(watch, relation, session, chosen))
    verdicts = {command: _verdict(watch, relation, session, lines, command) for command in COMMANDS}
    said = ", ".join(f"{command} {'yes' if may else 'no'}" for command, (may, _) in verdicts.items())
    label = label_of(watch.scene.labels(chosen, session.actor))
    rows = tuple(_cells(line) for line in lines)
    title = f"{relation.name}, row {chosen.key} ({label}), as {actor} ({session.role})"
    verdict_rows = tuple(
        (ReportCell(command), ReportCell("yes", Mood.GOOD) if may else ReportCell("no", Mood.BAD), ReportCell(why))
        for command, (may, why) in verdicts.items()
    )
    return Report(
        command="rls explain",
        summary=f"{title}: {said}",
        sections=(
            Table(title, ("policy", "for", "to", "clause", "condition", "value"), rows),
            Table("What that allows", ("command", "allowed", "why"), verdict_rows),
        ),
        details=_details(lines, verdicts),
    )


def _path(policies: Policies, table: str) -> Path:
    schema, _, name = table.rpartition(".")
    path = (schema or "public", name)
    if path not in policies.tables:
        known = [one[1] for one in policies.tables]
        raise UsageError(f"there is no table `{table}`", hint=did_you_mean(name, known))
    return path


def _row(watch: Observer, path: Path, session: Session, wanted: str) -> SeededRow:
    rows = watch.scene.rows.get(path, [])
    labelled = {label: row for row in reversed(rows) for label in watch.scene.labels(row, session.actor)}
    found = labelled.get(wanted) or next((row for row in rows if row.key == wanted), None)
    if found is None:
        raise UsageError(f"no row is `{wanted}` for {session.name}", hint=did_you_mean(wanted, labelled))
    return found


def _lines(watch: Observer, relation: Relation, session: Session, row: SeededRow) -> Iterator[Line]:
    """Each condition under the caller's own row security, with this row alone in sight by a policy for the moment."""
    wanted = []
    for policy in relation.policies:
        for clause, text in (("USING", policy.using), ("CHECK", policy.check)):
            if text:
                inner = parts(text)
                wanted.append((policy, clause, text, True))
                wanted += [(policy, clause, part, False) for part in inner if len(inner) > 1]
    role = quoted(session.role)
    see = f"create policy schemactl_see on {relation.name} for select to {role} using (true)"
    setup = f"do $see$ begin grant select on {relation.name} to {role}; {see}; end $see$"
    condition = where(relation, row.values)
    probes = [
        Probe(
            session, relation.path, relation.path, Form.SELECT,
            f"select ({text})::text from {relation.name} where {condition}", (), query=True, setup=setup,
        )
        for _, _, text, _ in wanted
    ]  # fmt: skip
    with watch.logged_in():
        answers = probing.run(watch.connection, probes, watch.catalog.relations)
    for (policy, clause, text, whole), answer in zip(wanted, answers, strict=True):
        value = f"{answer.state}: {answer.message}" if answer.state else _WORDS.get(answer.answer, str(answer.answer))
        yield Line(policy, clause, text, value, whole)


def _verdict(
    watch: Observer, relation: Relation, session: Session, lines: list[Line], command: str
) -> tuple[bool, str]:
    """Whether row security lets the row through for a command, and the sentence that says why.

    USING decides for a row that is there, CHECK for a new one; a missing CHECK is the USING (CREATE POLICY).
    """
    role = watch.catalog.roles[session.role]
    if not _granted(watch, relation, session.role, command):
        return False, f"{session.role} has no grant to {command}"
    if role.superuser or role.bypass:
        return True, f"{session.role} bypasses row security"
    if not relation.row_security:
        return True, "row security is off: grants alone decide"
    mine = [
        p for p in relation.policies if p.command in (command, "all") and p.roles & (role.privileges_of | {"PUBLIC"})
    ]
    clause = "CHECK" if command == "insert" else "USING"
    values = {policy.name: _value(lines, policy, clause) for policy in mine}
    permissive = [policy for policy in mine if policy.permissive]
    if not permissive:
        return False, "no permissive policy is for this role and command"
    yes = [policy.name for policy in permissive if values[policy.name] == TRUE]
    if not yes:
        return False, "; ".join(f"{policy.name} is {values[policy.name]}" for policy in permissive)
    stopped = [policy.name for policy in mine if not policy.permissive and values[policy.name] != TRUE]
    if stopped:
        return False, f"restrictive {stopped[0]} is {values[stopped[0]]}"
    return True, f"{yes[0]} is TRUE"


def _granted(watch: Observer, relation: Relation, role: str, command: str) -> bool:
    """Whether the role holds the privilege, on the table or on a column of it."""
    how = "has_table_privilege" if command == "delete" else "has_any_column_privilege"
    row = watch.connection.execute(f"select {how}(%s, %s, %s)".encode(), [role, relation.name, command]).fetchone()
    return bool(row and row[0])


def _value(lines: list[Line], policy: Policy, clause: str) -> str:
    found = {line.clause: line.value for line in lines if line.policy == policy and line.whole}
    return found.get(clause) or (found.get("USING", FALSE) if clause == "CHECK" else FALSE)


def _cells(line: Line) -> tuple[ReportCell, ...]:
    mood = _MOODS.get(line.value, Mood.BAD)
    kind = line.policy.command if line.policy.permissive else f"{line.policy.command}, restrictive"
    if not line.whole:
        return (
            *(ReportCell(""),) * 4,
            ReportCell(f"  {line.text}"),
            ReportCell(line.value, mood),
        )
    text = " ".join(line.text.split())
    return (
        ReportCell(line.policy.name),
        ReportCell(kind),
        ReportCell(", ".join(sorted(line.policy.roles))),
        ReportCell(line.clause),
        ReportCell(text),
        ReportCell(line.value, mood),
    )


def _details(lines: list[Line], verdicts: Mapping[str, tuple[bool, str]]) -> Mapping[str, Json]:
    return {
        "conditions": [
            {
                "policy": line.policy.name,
                "command": line.policy.command,
                "clause": line.clause,
                "condition": line.text,
                "whole": line.whole,
                "value": line.value,
            }
            for line in lines
        ],
        "commands": {command: {"allowed": may, "why": why} for command, (may, why) in verdicts.items()},
    }
