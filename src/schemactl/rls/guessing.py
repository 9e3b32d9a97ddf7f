"""Actors and owners guessed from a catalog, for who has written no policies yet."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemactl.catalog.scope import SUPABASE
from schemactl.rls.binding import Catalog
from schemactl.rls.model import OTHER, Actor, NamedClass, Policies, TableRules
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


def schemas_of(catalog: Catalog) -> tuple[str, ...]:
    """`public`, and what else of the project's own has tables with row security."""
    secured = {path[0] for path, relation in catalog.relations.items() if relation.row_security or relation.policies}
    return ("public", *sorted(secured.difference(SUPABASE, ("public",))))


def guess(catalog: Catalog, written: Policies | None = None, *, schemas: Sequence[str] = ("public",)) -> Policies:
    """Policies that allow nothing: the roles of the platform as actors, each table with its likeliest owner."""
    actors = {name: Actor(name, name, person, bypass=catalog.roles[name].bypass) for name, person in _known(catalog)}
    if "authenticated" in actors:
        actors["stranger"] = Actor("stranger", "authenticated", "bob", like="authenticated")
    schemas = written.schemas if written else tuple(schemas)
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


def classes(relation: Relation, owner: str | None) -> Iterator[NamedClass]:
    """Rows that policies let be read for what stands in them, not for whose they are: published, shared, active.

    A boolean that a condition asks, and a column that it compares with a constant.
    """
    told = {
        name: value
        for policy in relation.policies
        if policy.permissive and policy.command in ("select", "all")
        for name, value in _asked(policy.using or "", relation)
        if name != owner
    }
    yield from (NamedClass(name, OTHER, {name: value}) for name, value in told.items())


def _asked(condition: str, relation: Relation) -> Iterator[tuple[str, bool | str]]:
    """Columns of the row and a value of each with which the condition holds, outside subqueries."""
    flat = re.sub(r"\( SELECT .*", "", condition, flags=re.DOTALL)
    for name, column in relation.columns.items():
        named = rf"(?<![.\w'])\(?{re.escape(name)}\)?"
        if column.base == "boolean":
            if re.search(rf"{named}(?: = true| IS TRUE)?(?=\)| OR | AND |$)", flat) and f"NOT {name}" not in flat:
                yield name, True
        elif found := re.search(rf"{named}(?:::[\w ]+)? (=|<>) '([^']+)'::", flat):
            sign, constant = found.groups()
            value = constant if sign == "=" else _another(relation, name, constant)
            if value:
                yield name, value


def _another(relation: Relation, name: str, constant: str) -> str | None:
    """A value that the column takes and that is not the constant."""
    column = relation.columns[name]
    listed = [text for check in relation.checks.values() if name in check for text in re.findall(r"'([^']+)'", check)]
    known = [value for value in (*column.labels, *listed) if value != constant]
    return next(iter(known), "public" if column.base == "text" else None)


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
