"""Why something is allowed, found by experiment: without the policy that lets it through, it is not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemactl.rls import probing
from schemactl.rls.judging import judge
from schemactl.rls.model import Operation
from schemactl.rls.observing import Observation, control_of
from schemactl.rls.probes import Cell, Form, Probe
from schemactl.rls.relations import Path, Policy, Relation
from schemactl.sql.names import quoted

if TYPE_CHECKING:
    from schemactl.db.types import Connection


@dataclass(frozen=True, slots=True)
class Cause:
    """What lets a statement through: `policy`, `row security`, `grant`, `view`, `function`; and its name in words."""

    kind: str
    object: str
    relation: Path


def find(connection: "Connection", observation: Observation, cells: Sequence[Cell]) -> dict[Cause, list[Cell]]:
    """The cells, none of them denied although they should be, by cause."""
    found: dict[Cause, list[Cell]] = {}
    relations = observation.scene.relations
    pending: list[tuple[Cell, Policy]] = []
    policies: dict[int, list[Policy]] = {}
    for number, cell in enumerate(cells):
        plain = _plain(cell, relations)
        if plain:
            found.setdefault(plain, []).append(cell)
            continue
        policies[number] = [p for p in relations[cell.probe.relation].policies if p.permissive and _about(p, cell)]
        pending += [(cell, policy) for policy in policies[number]]
    alone = _try(connection, observation, pending, _without)
    only = _try(connection, observation, pending, _only)
    for number, candidates in policies.items():
        cell = cells[number]
        guilty = [p for p in candidates if not alone[id(cell), p.name]] or [
            p for p in candidates if only[id(cell), p.name]
        ]
        relation = relations[cell.probe.relation]
        cause = Cause("grant", f"table {relation.name}", relation.path)
        if guilty:
            cause = Cause("policy", f"policy {quoted(guilty[0].name)} on {relation.name}", relation.path)
        found.setdefault(cause, []).append(cell)
    return found


_COMMANDS = {Operation.GIVE: "update", Operation.TAKE: "update"}


def _about(policy: Policy, cell: Cell) -> bool:
    """Whether the policy is of the operation: one that lets rows be read is needed too, and is not to blame."""
    operation = cell.case.operation
    return policy.command in ("all", _COMMANDS.get(operation, operation.value))


def _plain(cell: Cell, relations: Mapping[Path, Relation]) -> Cause | None:
    """A cause that needs no experiment."""
    relation = relations.get(cell.probe.relation)
    if cell.probe.form in (Form.CALL, Form.CALL_KEYS) or relation is None:
        return Cause("function", f"function {'.'.join(cell.probe.relation)}", cell.probe.relation)
    if not relation.is_table:
        return Cause("view", f"{relation.kind} {relation.name}", relation.path)
    if cell.probe.form is Form.TRUNCATE:
        return Cause("grant", f"table {relation.name}", relation.path)
    if not relation.row_security:
        return Cause("row security", f"table {relation.name}", relation.path)
    return None


def _without(relation: Relation, policy: Policy) -> str:
    return f"drop policy {quoted(policy.name)} on {relation.name}"


def _only(relation: Relation, policy: Policy) -> str:
    """Without every other policy of the same command; those of others are needed to read."""
    drops = [
        f"drop policy {quoted(other.name)} on {relation.name}"
        for other in relation.policies
        if other.permissive and other.name != policy.name and other.command in (policy.command, "all")
    ]
    return f"do $only$ begin {'; '.join(drops)}; end $only$" if drops else "select"


def _try(
    connection: "Connection",
    observation: Observation,
    pending: Sequence[tuple[Cell, Policy]],
    setup: Callable[[Relation, Policy], str],
) -> dict[tuple[int, str], bool]:
    """For each cell and policy: whether the statement still ends as it did after `setup`.

    One that then fails does not come through: another policy stumbles over the session.
    """
    relations = observation.scene.relations
    probes: list[Probe] = [cell.probe for cell, _ in pending]
    setups = [setup(relations[cell.probe.relation], policy) for cell, policy in pending]
    answers = probing.run(connection, probes, relations, setups=setups)  # as a superuser's session: the role decides
    result = {}
    for (cell, policy), answer in zip(pending, answers, strict=True):
        before = observation.before.get(cell.probe.table, {})
        judged = judge(cell.probe, answer, control_of(observation, cell), before)
        verdict = next(one.verdict for one in judged if one.case == cell.case)
        result[id(cell), policy.name] = verdict is cell.verdict
    return result
