"""Types: enumerated, domains, ranges, composite ones.

ALTER TYPE … ADD VALUE: https://www.postgresql.org/docs/current/sql-altertype.html
"""

from collections.abc import Iterator, Sequence

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.context import Context
from schemactl.evolve.model import Step
from schemactl.evolve.naming import dotted, name, strings, text_of, unless
from schemactl.sql.names import literal, quoted


def create(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """CREATE TYPE or DOMAIN, guarded: neither knows IF NOT EXISTS."""
    head = name(identity)
    match identity.kind:
        case "enum":
            labels = ", ".join(map(literal, strings(a.get("labels"))))
            yield _guarded(identity, f"CREATE TYPE {head} AS ENUM ({labels})")
        case "domain":
            parts = [f"CREATE DOMAIN {head} AS {a['type']}"]
            parts += [f"COLLATE {a['collation']}"] if "collation" in a else []
            parts += [f"DEFAULT {a['default']}"] if "default" in a else []
            parts += ["NOT NULL"] if a.get("not_null") else []
            yield _guarded(identity, " ".join(parts))
        case "range type":
            parts = [f"SUBTYPE = {a['subtype']}"]
            keys = {
                "operator_class": "SUBTYPE_OPCLASS", "collation": "COLLATION", "canonical": "CANONICAL",
                "subtype_difference": "SUBTYPE_DIFF", "multirange": "MULTIRANGE_TYPE_NAME",
            }  # fmt: skip
            parts += [f"{said} = {_function_name(text_of(a, key))}" for key, said in keys.items() if key in a]
            yield _guarded(identity, f"CREATE TYPE {head} AS RANGE ({', '.join(parts)})")
        case "composite type":
            columns = ", ".join(_attribute(path[2], held) for path, held in _columns(identity, context.after))
            yield _guarded(identity, f"CREATE TYPE {head} AS ({columns})")


def drop(identity: Identity) -> Step:
    """DROP TYPE or DOMAIN."""
    word = "DOMAIN" if identity.kind == "domain" else "TYPE"
    return Step(f"DROP {word} IF EXISTS {name(identity)}")


def alterable(identity: Identity, before: Attributes, after: Attributes) -> bool:
    """Whether the type can become the other one in place."""
    match identity.kind:
        case "enum":
            return is_subsequence(strings(before.get("labels")), strings(after.get("labels")))
        case "domain":
            return all(before.get(key) == after.get(key) for key in ("type", "collation"))
        case "composite type":
            return True
        case _:
            return _without_access(before) == _without_access(after)


def alter(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """What turns one into the other."""
    head = name(identity)
    if identity.kind == "enum":
        yield from (Step(sql) for sql in _labels(head, strings(before.get("labels")), strings(after.get("labels"))))
    if identity.kind == "domain":
        if before.get("default") != after.get("default"):
            now = after.get("default")
            yield Step(f"ALTER DOMAIN {head} " + ("DROP DEFAULT" if now is None else f"SET DEFAULT {now}"))
        if before.get("not_null") != after.get("not_null"):
            yield Step(
                f"ALTER DOMAIN {head} {'SET' if after.get('not_null') else 'DROP'} NOT NULL",
                note=f"{identity}: fails where a column of it holds NULL" if after.get("not_null") else None,
            )


def create_constraint(identity: Identity, a: Attributes, *, fresh: bool) -> Iterator[Step]:
    """ALTER DOMAIN … ADD CONSTRAINT; of a domain that may be in use NOT VALID first."""
    domain, own = dotted(identity.path[:2]), quoted(identity.path[2])
    validated = bool(a.get("validated"))
    if fresh and validated:  # where the domain stands in an array, the server adds none later (ALTER DOMAIN, "Notes")
        of_domain = f"contypid = {literal(domain)}::regtype AND conname = {literal(identity.path[2])}"
        added = f"ALTER DOMAIN {domain} ADD CONSTRAINT {own} {a['definition']}"
        yield Step(unless(f"SELECT FROM pg_constraint WHERE {of_domain}", added))
        return
    yield Step(f"ALTER DOMAIN {domain} DROP CONSTRAINT IF EXISTS {own}")
    yield Step(f"ALTER DOMAIN {domain} ADD CONSTRAINT {own} {a['definition']} NOT VALID")
    if validated:
        yield Step(f"ALTER DOMAIN {domain} VALIDATE CONSTRAINT {own}", later=True)


def alter_constraint(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """A domain's constraint that only has to be validated, or is another one."""
    if before["definition"] == after["definition"] and after.get("validated"):
        yield Step(f"ALTER DOMAIN {dotted(identity.path[:2])} VALIDATE CONSTRAINT {quoted(identity.path[2])}")
    elif (before["definition"], before.get("validated")) != (after["definition"], after.get("validated")):
        yield from create_constraint(identity, after, fresh=False)


def create_attribute(identity: Identity, a: Attributes) -> Iterator[Step]:
    """A further attribute of a composite type."""
    column = quoted(identity.path[2])
    query = (
        f"SELECT FROM pg_attribute WHERE attrelid = {literal(dotted(identity.path[:2]))}::regclass"
        f" AND attname = {literal(identity.path[2])} AND NOT attisdropped"
    )
    typed = f"{a['type']}" + (f" COLLATE {a['collation']}" if "collation" in a else "")
    yield Step(unless(query, f"ALTER TYPE {dotted(identity.path[:2])} ADD ATTRIBUTE {column} {typed}"))


def drop_attribute(identity: Identity) -> Step:
    """An attribute of a composite type that goes."""
    return Step(
        f"ALTER TYPE {dotted(identity.path[:2])} DROP ATTRIBUTE IF EXISTS {quoted(identity.path[2])}",
        loses=f"what values of type {dotted(identity.path[:2])} hold in {quoted(identity.path[2])}",
    )


def is_subsequence(some: Sequence[str], all_of: Sequence[str]) -> bool:
    """Whether `some` stand in `all_of` in their order."""
    rest = iter(all_of)
    return all(label in rest for label in some)


def renamed(own: str) -> str:
    """What the type is called while its columns move to the new one."""
    return own[:55] + "__before"


def _labels(head: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Each new label, placed behind the one before it, or before the first one that was there."""
    known = set(before)
    for position, label in enumerate(after):
        if label in known:
            continue
        if position:
            where = f" AFTER {literal(after[position - 1])}"
        else:
            where = f" BEFORE {literal(before[0])}" if before else ""
        yield f"ALTER TYPE {head} ADD VALUE IF NOT EXISTS {literal(label)}{where}"


def _columns(identity: Identity, objects: object) -> list[tuple[tuple[str, ...], Attributes]]:
    assert isinstance(objects, dict)  # noqa: S101
    found = [
        (other.path, a) for other, a in objects.items() if other.kind == "column" and other.path[:2] == identity.path
    ]
    return sorted(found, key=lambda item: int(str(item[1]["place"])))


def _attribute(own: str, a: Attributes) -> str:
    return f"{quoted(own)} {a['type']}" + (f" COLLATE {a['collation']}" if "collation" in a else "")


def _guarded(identity: Identity, statement: str) -> Step:
    return Step(unless(f"SELECT FROM pg_type WHERE oid = to_regtype({literal(name(identity))})", statement))


def _function_name(text: str) -> str:
    return text.partition("(")[0]


def _without_access(a: Attributes) -> dict[str, object]:
    return {key: value for key, value in a.items() if key not in ("owner", "grants", "comment")}
