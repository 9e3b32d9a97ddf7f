"""Policies meet a catalog: what a file names must exist, and what exists must have a line."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemactl.catalog.snapshot import Snapshot
from schemactl.core.errors import ConfigError, Place
from schemactl.core.findings import Evidence, Finding, Severity, Span
from schemactl.core.words import did_you_mean
from schemactl.rls.model import Operation, Policies, TableRules
from schemactl.rls.reading import closest
from schemactl.rls.relations import Function, Path, Relation
from schemactl.rls.roles import Role
from schemactl.rls.scene import Scene

RULE = "access-not-declared"


@dataclass(frozen=True)
class Catalog:
    """What a database has, as far as access to it goes; `published` are the tables of its publications.

    `buckets` are those of its storage, where the files speak of any.
    """

    snapshot: Snapshot
    relations: dict[Path, Relation]
    functions: dict[str, Function]
    roles: dict[str, Role]
    published: frozenset[Path]
    buckets: frozenset[str] = frozenset()


def require(policies: Policies, catalog: Catalog) -> None:
    """Every role, table, column and function that the files name must exist. Raises ConfigError at its line."""
    for actor in policies.actors.values():
        if actor.role not in catalog.roles:
            raise ConfigError(
                f"`actors.{actor.name}`: there is no role `{actor.role}`",
                place=actor.place,
                hint=did_you_mean(actor.role, catalog.roles),
            )
    for rules in policies.tables.values():
        if rules.bucket and rules.path not in catalog.relations:
            raise ConfigError(
                f"`storage.{rules.bucket}`: there is no table storage.objects",
                place=rules.place,
                hint='Write preset = "supabase" into schemactl.toml.',
            )
        if rules.path not in catalog.relations:
            names = [".".join(path) if "." in rules.name else path[1] for path in catalog.relations]
            raise ConfigError(
                f"`tables.{rules.name}`: there is no such table", place=rules.place, hint=closest(rules.name, names)
            )
        _require_columns(rules, catalog.relations[rules.path])
    known = {*catalog.functions, *(one.partition("(")[0] for one in catalog.functions)}
    for line in policies.functions.values():
        if line.name not in known:
            raise ConfigError(
                f"`functions`: there is no function `{line.name}`", place=line.place, hint=closest(line.name, known)
            )


def _require_columns(rules: TableRules, relation: Relation) -> None:
    named: dict[str, Place | None] = dict.fromkeys((*rules.freeze, *rules.secret, *rules.values), rules.place)
    for by_class in rules.allow.values():
        for rights in by_class.values():
            for operation in (Operation.INSERT, Operation.UPDATE):
                named |= dict.fromkeys(rights.named(operation), rights.place)
    for one in rules.classes:
        named |= dict.fromkeys(one.values, rules.place)
    named |= {name: rules.place for name in (rules.owner, rules.through) if name}
    for name, place in named.items():
        if name not in relation.columns:
            owner = name == rules.owner
            raise ConfigError(
                f"`tables.{rules.name}`: {relation.name} has no column `{name}`" + (", its owner" if owner else ""),
                place=place,
                hint="Write `owner: COLUMN`, `through: COLUMN` where a parent row says it, or `owner: none`."
                if owner
                else did_you_mean(name, relation.columns),
            )
    if rules.through and not any(rules.through in reference.columns for reference in relation.references):
        raise ConfigError(f"`tables.{rules.name}`: `{rules.through}` refers to no table", place=rules.place)


def undeclared(policies: Policies, catalog: Catalog) -> Iterator[Finding]:
    """A closed world: a table, view, function or publication member that no line mentions is an error."""
    for path, relation in sorted(catalog.relations.items()):
        if path[0] in policies.schemas and path not in policies.tables and not relation.is_partition:
            hint = f"Add a line below `tables:`, for example `{path[1]}: sealed`."
            yield _missing(policies, f"{relation.kind} {relation.name}", hint)
    said = {line.name for line in policies.functions.values()}
    for signature, function in sorted(catalog.functions.items()):
        if function.schema in policies.schemas and signature not in said and signature.partition("(")[0] not in said:
            name = signature.removeprefix("public.")
            hint = f"Add a line below `functions:`: who may call it, `{name}: []` for nobody."
            yield _missing(policies, f"function {signature}", hint)
    for bucket in sorted(catalog.buckets.difference(rules.bucket or "" for rules in policies.tables.values())):
        yield _missing(policies, f"bucket {bucket}", f"Add a line below `storage:`, for example `{bucket}: private`.")
    for path in sorted(catalog.published if policies.realtime is not None else ()):
        if (
            path[0] in policies.schemas
            and path[1] not in (policies.realtime or ())
            and ".".join(path) not in (policies.realtime or ())
        ):
            name = ".".join(path)
            yield _missing(policies, f"{name} in a publication", "Add it to `realtime:`, or take it out of there.")


def _missing(policies: Policies, what: str, hint: str) -> Finding:
    file, text = next(iter(policies.files.items()), ("policies", ""))
    end = text.count("\n") + 1
    return Finding(
        rule=RULE,
        severity=Severity.ERROR,
        message=f"{what} has no line in the policies: what nobody decided, nobody tests",
        evidence=Evidence.EXECUTED,
        span=Span(file, 1, 1, min(2, end), 1),
        object=what,
        hint=hint,
    )


def ownable(scene: Scene) -> Iterator[TableRules]:
    """The tables whose owner column takes NULL."""
    for rules in scene.policies.tables.values():
        relation = scene.relations[rules.path]
        if rules.owner and relation.is_table and not relation.columns[rules.owner].not_null:
            yield rules
