"""Functions as clients call them: who may, and whether a call with another's keys gives what row security would not."""

from collections.abc import Iterable, Iterator, Mapping

from schemactl.rls import actors
from schemactl.rls.model import ORPHAN, OTHER, Actor, Operation, Policies
from schemactl.rls.probes import Case, Form, Probe
from schemactl.rls.relations import Function, Path
from schemactl.rls.scene import Scene, SeededRow
from schemactl.sql.names import literal

_TAKES = ("uuid", "text", "bigint", "integer", "character varying")
_TELLING = 8
"""Texts shorter than this may be equal by chance."""


def call_probes(scene: Scene, functions: Mapping[str, Function]) -> Iterator[Probe]:
    """Every declared function as every actor: with NULL for each argument, and with the keys of others."""
    for signature, function in functions.items():
        allowed = allowed_actors(scene.policies, signature)
        if allowed is None:
            continue
        for actor in scene.policies.actors.values():
            case = Case(Operation.SELECT, "call", actor.name in allowed)
            yield Probe(
                actors.session(scene.policies, actor), path_of(function), path_of(function), Form.CALL,
                call(function, [f"null::{type_}" for type_ in function.types]), (case,),
            )  # fmt: skip
            if actor.name in allowed and not actor.bypass and function.kind == "function":
                yield from _with_others_keys(scene, function, actor)


def _with_others_keys(scene: Scene, function: Function, actor: Actor) -> Iterator[Probe]:
    """The answer must not hold what stands in a row that the actor may not read; what was asked with is no news."""
    if not any(type_ in _TAKES for type_ in function.types):
        return
    for row in _hidden(scene, actor):
        known = _visible_texts(scene, actor)
        for key in dict.fromkeys(filter(None, (row.owner, *_keys(scene, row)))):
            arguments = [f"{literal(key)}::{t}" if t in _TAKES[:2] else f"null::{t}" for t in function.types]
            secrets = [v for v in row.values.values() if v and len(v) >= _TELLING and v != key and v not in known]
            if secrets and any(type_ in _TAKES[:2] for type_ in function.types):
                answer = f"select jsonb_agg(to_jsonb(r)) from {function.sql}({', '.join(arguments)}) r"
                case = Case(Operation.SELECT, OTHER, expected=False, row=row)
                session = actors.session(scene.policies, actor)
                yield Probe(session, path_of(function), path_of(function), Form.CALL_KEYS, answer, (case,), query=True)


def _keys(scene: Scene, row: SeededRow) -> list[str | None]:
    relation = scene.relations[row.table]
    return [row.values[name] for name in relation.key]


def _hidden(scene: Scene, actor: Actor) -> Iterator[SeededRow]:
    """The rows of others that the actor may not read."""
    for path, rows in scene.rows.items():
        rules = scene.policies.tables[path]
        for row in rows:
            labels = scene.labels(row, actor)
            hidden = not scene.policies.allows(rules, actor, labels, Operation.SELECT)
            if row.owned and labels & {OTHER, ORPHAN} and hidden:
                yield row


def _visible_texts(scene: Scene, actor: Actor) -> frozenset[str]:
    """What the actor knows already: the values of rows that it may read, and whose keys there are."""
    seen = set(scene.policies.persons.values())
    for path, rows in scene.rows.items():
        rules = scene.policies.tables[path]
        for row in rows:
            if scene.policies.allows(rules, actor, scene.labels(row, actor), Operation.SELECT):
                seen.update(value for value in row.values.values() if value)
            else:
                seen.update(v for n, v in row.values.items() if v and n.endswith("_at"))  # times are alike everywhere
    return frozenset(seen)


def allowed_actors(policies: Policies, signature: str) -> frozenset[str] | None:
    """The actors that may call it, those like them included; None where no line says."""
    for line in policies.functions.values():
        if line.name in (signature, signature.partition("(")[0]):
            names = policies.actors.values()
            return frozenset(actor.name for actor in names if line.actors.intersection(policies.line(actor)))
    return None


def path_of(function: Function) -> Path:
    """Schema, and the name with its arguments."""
    return function.schema, f"{function.name}({', '.join(function.types)})"


def call(function: Function, arguments: Iterable[str]) -> str:
    """The statement that calls it."""
    given = ", ".join(arguments)
    return f"call {function.sql}({given})" if function.kind == "procedure" else f"select from {function.sql}({given})"


def told(answer: str | None, row: SeededRow, statement: str) -> bool:
    """Whether a call's answer holds something of the row that the statement did not."""
    values = (value for value in row.values.values() if value and len(value) >= _TELLING)
    return any(value in (answer or "") and value not in statement for value in values)
