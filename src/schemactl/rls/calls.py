"""Functions as clients call them: who may, and whether a call with another's keys gives what row security would not."""

from collections.abc import Iterable, Iterator, Mapping

from schemactl.rls import actors
from schemactl.rls.model import Operation, Policies
from schemactl.rls.probes import Case, Form, Probe
from schemactl.rls.relations import Function, Path
from schemactl.rls.scene import Scene


def call_probes(scene: Scene, functions: Mapping[str, Function]) -> Iterator[Probe]:
    """One call of every declared function as every actor, with NULL for each argument."""
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
