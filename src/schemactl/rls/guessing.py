"""Actors and owners guessed from a catalog, for who has written no policies yet."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemactl.rls.binding import Catalog
from schemactl.rls.model import Actor, Policies, TableRules
from schemactl.rls.relations import Path, Relation

_ROLES = {"anon": None, "authenticated": "ada", "service_role": None}
_NAME = re.compile(
    r"(^|_)(user|owner|author|account|creator|profile|customer|member|tenant|org|organization|team)(_?id)?$"
)
_SESSION = re.compile(r"auth\.(uid|jwt)\(\)|current_setting\(|current_user|session_user")
_PEOPLE = re.compile(r"(^|_)(users?|profiles?|accounts?|people|persons?|members?)$")
_SYSTEM = ("pg_", "information_schema")


@dataclass(frozen=True, slots=True)
class Hint:
    """A sign that a column says whose a row is: where it was seen."""

    column: str
    origin: str


def guess(catalog: Catalog, written: Policies | None = None) -> Policies:
    """Policies that allow nothing: the roles of the platform as actors, each table with its likeliest owner."""
    actors = {name: Actor(name, name, person, bypass=catalog.roles[name].bypass) for name, person in _known(catalog)}
    if "authenticated" in actors:
        actors["stranger"] = Actor("stranger", "authenticated", "bob", like="authenticated")
    schemas = written.schemas if written else ("public",)
    wanted = {
        path: relation
        for path, relation in sorted(catalog.relations.items())
        if path[0] in schemas and not relation.is_partition and relation.kind != "foreign table"
    }
    tables = {path: _rules(path, relation, wanted) for path, relation in wanted.items()}
    return Policies("supabase", written.actors if written else actors, tables, schemas=schemas)


def hints(relation: Relation) -> Iterator[Hint]:
    """Every sign, the surest first: what policies compare with the session, what refers to people, names."""
    for policy in relation.policies:
        for condition in (policy.using, policy.check):
            for column in _compared(condition or "", relation):
                yield Hint(column, f"policy {policy.name} compares it with the session")
    for reference in relation.references:
        if len(reference.columns) == 1 and _PEOPLE.search(reference.table[1]):
            yield Hint(reference.columns[0], f"it refers to {'.'.join(reference.table)}")
    for name in relation.columns:
        if _NAME.search(name):
            yield Hint(name, "its name says so")


def _compared(condition: str, relation: Relation) -> Iterator[str]:
    """Columns that the condition sets equal to what the session says, outside subqueries."""
    if not _SESSION.search(condition):
        return
    flat = re.sub(r"\( SELECT ((?:[^()]|\([^()]*\))*?)(?: AS \w+)?\)", r"\1", condition)
    for name in relation.columns:
        quoted_name = re.escape(name)
        session = r"\(?[^=()]*(?:auth\.\w+\(\)|current_setting\(|current_user)"
        if re.search(rf"\b{quoted_name}\b\)?(?:::\w+)? = {session}", flat) or re.search(
            rf"(?:auth\.\w+\(\)|current_user)[^=]* = \(?{quoted_name}\b", flat
        ):
            yield name


def _known(catalog: Catalog) -> Iterator[tuple[str, str | None]]:
    found = [(name, person) for name, person in _ROLES.items() if name in catalog.roles]
    if found:
        yield from found
        return
    for role in catalog.roles.values():
        if not role.superuser and not role.name.startswith(_SYSTEM):
            yield role.name, None


def _rules(path: Path, relation: Relation, wanted: Mapping[Path, Relation]) -> TableRules:
    name = path[1] if path[0] == "public" else ".".join(path)
    owner = next((hint.column for hint in hints(relation)), None)
    return TableRules(name, {}, owner=owner, through=None if owner else _through(relation, wanted))


def _through(relation: Relation, wanted: Mapping[Path, Relation]) -> str | None:
    """The only reference to a table whose owner is known."""
    owned = [
        reference.columns[0]
        for reference in relation.references
        if len(reference.columns) == 1 and reference.table in wanted and any(hints(wanted[reference.table]))
    ]
    return owned[0] if len(owned) == 1 else None
