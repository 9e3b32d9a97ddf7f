"""Mutants of what guards the tables: each weakens one policy, switch or grant, as a slip in a migration would."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemactl.rls.forms import NONE, Privileges
from schemactl.rls.model import Policies
from schemactl.rls.relations import Path, Policy, Relation
from schemactl.sql.conditions import weakenings
from schemactl.sql.names import quoted


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of the database; `name` says it in words, `object` what it is done to, `sql` does it."""

    name: str
    object: str
    table: Path
    sql: str


def mutants(policies: Policies, relations: Mapping[Path, Relation], granted: Privileges) -> Iterator[Mutant]:
    """Every mutant of the tables that the files name."""
    for path in policies.tables:
        relation = relations[path]
        if not relation.is_table:
            continue
        if relation.row_security:
            name = f"table {relation.name}"
            off = f"alter table {relation.name} disable row level security"
            yield Mutant("row security off", name, path, off)
        for policy in relation.policies:
            yield from _of_policy(policies, relation, policy, granted)
        yield from _grants(policies, relation, granted)


def _of_policy(policies: Policies, relation: Relation, policy: Policy, granted: Privileges) -> Iterator[Mutant]:
    name = f"policy {quoted(policy.name)} on {relation.name}"
    alter = f"alter policy {quoted(policy.name)} on {relation.name}"
    drop = f"drop policy {quoted(policy.name)} on {relation.name}"
    yield Mutant("dropped", name, relation.path, drop)
    others = _same_type(relation)
    for clause, condition in (("using", policy.using), ("with check", policy.check)):
        for one in weakenings(condition, others) if condition and condition != "true" else ():
            yield Mutant(f"{clause}: {one.what}", name, relation.path, f"{alter} {clause} ({one.text})")
    if policy.permissive and policy.roles != {"PUBLIC"} and _somebody_else(policies, relation, policy, granted):
        yield Mutant("to public", name, relation.path, f"{alter} to public")


def _same_type(relation: Relation) -> dict[str, list[str]]:
    """For each column the others of its type that could be taken for it; a slip takes a key for a key."""
    keys = {name for name, column in relation.columns.items() if column.base in ("uuid", "bigint", "integer")}
    return {
        name: [other for other in relation.columns if other != name and relation.columns[other].type == column.type]
        for name, column in relation.columns.items()
        if name in keys
    }


def _somebody_else(policies: Policies, relation: Relation, policy: Policy, granted: Privileges) -> bool:
    """Whether an actor outside the policy's roles has a grant that the policy would open; else nothing could tell."""
    wanted = {
        "select": ("readable",), "insert": ("insertable",), "update": ("updatable",),
    }.get(policy.command, ("readable", "insertable", "updatable"))  # fmt: skip
    for actor in policies.actors.values():
        columns = granted.get((actor.role, relation.path), NONE)
        if actor.role not in policy.roles and not actor.bypass and any(getattr(columns, name) for name in wanted):
            return True
    return False


def _grants(policies: Policies, relation: Relation, granted: Privileges) -> Iterator[Mutant]:
    """A grant too many: of TRUNCATE, which no policy sees, and of every column to who may write some."""
    for role in sorted({actor.role for actor in policies.actors.values() if not actor.bypass}):
        columns = granted.get((role, relation.path), NONE)
        name = f"table {relation.name}"
        yield Mutant(
            f"truncate granted to {role}", name, relation.path, f"grant truncate on {relation.name} to {quoted(role)}"
        )
        everything = frozenset(relation.columns)
        for privilege, held in (("insert", columns.insertable), ("update", columns.updatable)):
            if held and held != everything:
                grant = f"grant {privilege} on {relation.name} to {quoted(role)}"
                yield Mutant(f"{privilege} of every column granted to {role}", name, relation.path, grant)
