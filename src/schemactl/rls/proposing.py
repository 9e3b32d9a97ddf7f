"""`schemactl rls init`: a policies file proposed from the catalog and from what was observed.

It is a draft: evidence stands beside each line, what hints disagree about is shown, and access to the rows of others,
or without signing in, is never proposed, only told.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import orjson

from schemactl.core.config import Config
from schemactl.core.events import Listener, ignore
from schemactl.core.results import Json
from schemactl.rls import database, observing
from schemactl.rls.binding import Catalog
from schemactl.rls.grid import LETTERS, Allowed, allowed
from schemactl.rls.guessing import classes, guess, hints, schemas_of
from schemactl.rls.matrix import connected
from schemactl.rls.model import OWN, ROW, FunctionRules, Operation, Policies, TableRules
from schemactl.rls.observing import Observation
from schemactl.rls.probes import WHOLE, Form, Verdict
from schemactl.rls.relations import FILES, Path, Relation, functions
from schemactl.rls.wording import whose

_HEAD = """\
# Proposed from the catalog and from what was observed: read every line. It is intent only once a person says so.

become: supabase
"""


def run(config: Config, *, dsn: str | None = None, listener: Listener = ignore) -> str:
    """The text of a policies file. Raises StatementError, ServerError."""
    with connected(config, dsn, listener) as connection:
        catalog = observing.catalog_of(connection)
        schemas = schemas_of(catalog)
        catalog = replace(catalog, functions=functions(catalog.snapshot, schemas))
        policies = _guessed(catalog, schemas)
        filed = "select id from storage.buckets order by 1" if FILES in catalog.relations else "select where false"
        buckets = [str(name) for (name,) in connection.execute(filed).fetchall()]
        with database.undone(connection):
            observation = observing.observe(connection, policies, catalog)
    published = sorted(path[1] for path in catalog.published if path[0] in policies.schemas)
    return "\n".join(
        [
            _HEAD, *_actors(policies), *_schemas(policies), "", *_tables(observation), *_functions(observation),
            *_realtime(published), *_storage(buckets), "",
        ]
    )  # fmt: skip


def _guessed(catalog: Catalog, schemas: Sequence[str]) -> Policies:
    """Nothing is allowed; rows that policies ask for by what stands in them are tried as classes of their own."""
    policies = guess(catalog, schemas=schemas)
    tables = {
        path: replace(rules, classes=tuple(classes(catalog.relations[path], rules.owner)))
        for path, rules in policies.tables.items()
    }
    lines = {name: FunctionRules(name, frozenset()) for name in catalog.functions}
    return replace(policies, tables=tables, functions=lines)


def _schemas(policies: Policies) -> Iterator[str]:
    if policies.schemas != ("public",):
        yield ""
        yield f"schemas: [{', '.join(policies.schemas)}]"


def _actors(policies: Policies) -> Iterator[str]:
    yield "actors:"
    for actor in policies.actors.values():
        if actor.like:
            yield f"  {actor.name}: {{like: {actor.like}, person: {actor.person}}}"
            continue
        parts = [f"role: {actor.role}"]
        parts += [f"person: {actor.person}"] if actor.person else []
        parts += ["bypass: true", "may: all"] if actor.bypass else []
        yield f"  {actor.name}: {{{', '.join(parts)}}}"


def _tables(observation: Observation) -> Iterator[str]:
    policies, seen = observation.scene.policies, allowed(observation.cells)
    emptied = _emptied(policies, seen)
    if emptied:
        names = ", ".join(emptied)
        yield f"# OBSERVED, not proposed: {names} can truncate tables, which asks no policy. `rls test` names them."
    yield "tables:" if policies.tables else "tables: {}"
    for path in policies.tables:
        relation = observation.scene.relations[path]
        yield f"  {path[1] if path[0] == 'public' else '.'.join(path)}:"
        yield from _owner(policies, relation)
        yield from _classes(policies.tables[path])
        yield from _access(policies, seen, path, emptied)
        for (table, label), reason in observation.scene.unseedable.items():
            if table == path:
                yield f"    # no {label} row could be made: {reason}"


def _owner(policies: Policies, relation: Relation) -> Iterator[str]:
    signs: dict[str, list[str]] = {}
    for hint in hints(relation):
        signs.setdefault(hint.column, []).append(hint.origin)
    rules = policies.tables[relation.path]
    chosen = rules.owner
    if rules.through:
        yield f"    through: {rules.through}  # the only reference to a table whose owner is known"
        return
    if chosen is None:
        yield "    owner: none  # nothing says whose a row is; `through:` names the reference to a parent that does"
        return
    yield f"    owner: {chosen}  # {_evidence(signs[chosen])}"
    for column, origins in signs.items():
        if column != chosen:
            yield f"    # CONFLICT, or is it {column}? {_evidence(origins)}"


def _classes(rules: TableRules) -> Iterator[str]:
    """Rows that a policy asks for by what stands in them."""
    told = []
    for one in rules.classes:
        values = ", ".join(f"{name}: {_word(value)}" for name, value in one.values.items())
        told.append(f"{one.name}: {{of: {one.of}, set: {{{values}}}}}")
    if told:
        yield f"    rows: {{{', '.join(told)}}}  # policies ask for what stands in them"


def _word(value: Json) -> str:
    """A value as YAML writes it."""
    return orjson.dumps(value).decode() if not isinstance(value, str) or not value.isidentifier() else value


def _emptied(policies: Policies, seen: Allowed) -> list[str]:
    """Who may TRUNCATE several tables, which is told once: default privileges grant it on every one."""
    may = Counter(name for (_, name, label), done in seen.items() if label == WHOLE and Operation.TRUNCATE in done)
    named = [actor for actor in policies.actors.values() if not actor.bypass and not actor.like]
    return [actor.name for actor in named if may[actor.name] > 1]


def _evidence(origins: list[str]) -> str:
    """Each sign once; what several policies say as one."""
    policies = list(dict.fromkeys(one for one in origins if one.startswith("policy ")))
    others = dict.fromkeys(one for one in origins if not one.startswith("policy "))
    first = policies if len(policies) < 2 else [f"{len(policies)} policies compare it with the session"]
    return "; ".join([*first, *others])


def _access(policies: Policies, seen: Allowed, path: Path, emptied: Sequence[str]) -> Iterator[str]:
    proposed: dict[str, str] = {}
    told: dict[str, list[str]] = {}
    for actor in policies.actors.values():
        for (table, name, label), operations in seen.items():
            if (table, name) != (path, actor.name) or not operations or actor.bypass or actor.like:
                continue
            if label == WHOLE and name in emptied:
                continue
            words = ", ".join(operation.value for operation in LETTERS if operation in operations)
            if label in (OWN, ROW) and actor.person and "truncate" not in words:
                proposed[actor.name] = f'{{{"own" if label == OWN else "row"}: "{words}"}}'
            else:
                told.setdefault(f"can {words} {whose(label)}", []).append(actor.name)
    if proposed:
        yield "    allow:"
        yield from (f"      {name}: {rights}" for name, rights in proposed.items())
    else:
        yield "    allow: {}"
    yield from (f"    # OBSERVED, not proposed: {', '.join(names)} {deed}" for deed, names in told.items())


def _functions(observation: Observation) -> Iterator[str]:
    callers: dict[str, list[str]] = {}
    for cell in observation.cells:
        if cell.probe.form is Form.CALL and not cell.probe.session.actor.like:
            names = callers.setdefault(".".join(cell.probe.relation), [])
            if cell.verdict is Verdict.ALLOW:
                names.append(cell.probe.session.actor.name)
    if callers:
        yield ""
        yield "functions:"
    yield from (_function(observation.scene.policies, name, names) for name, names in sorted(callers.items()))


def _function(policies: Policies, name: str, names: list[str]) -> str:
    kept = [one for one in names if not policies.anonymous(policies.actors[one])]
    open_to = [one for one in names if one not in kept]
    told = f"  # OBSERVED, not proposed: {', '.join(open_to)} may call it; that needs a reason" if open_to else ""
    return f"  {name.removeprefix('public.')}: [{', '.join(kept)}]{told}"


def _storage(buckets: Sequence[str]) -> Iterator[str]:
    if buckets:
        yield ""
        yield "storage:  # nobody may anything here; the test tells who can, and you say who may"
    yield from (f"  {name}: {{allow: {{}}}}" for name in buckets)


def _realtime(published: list[str]) -> Iterator[str]:
    yield ""
    yield f"realtime: [{', '.join(published)}]"
