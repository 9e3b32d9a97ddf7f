"""Owners, grants and default privileges.

GRANT and REVOKE: https://www.postgresql.org/docs/current/sql-grant.html. REVOKE on a table takes the same privilege
away from its columns, so the columns' own grants come behind the table's.
"""

from collections.abc import Iterable, Iterator, Mapping

from schemactl.catalog.grants import OWNER, PUBLIC
from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.context import Context
from schemactl.evolve.model import Step
from schemactl.evolve.naming import dotted, name, role, strings, text_of, word
from schemactl.sql.names import quoted

_OPTION = " WITH GRANT OPTION"
_ON = {
    "table": "TABLE", "foreign table": "TABLE", "view": "TABLE", "materialized view": "TABLE",
    "aggregate": "FUNCTION", "enum": "TYPE", "domain": "TYPE", "range type": "TYPE", "composite type": "TYPE",
    "base type": "TYPE", "foreign server": "FOREIGN SERVER",
}  # fmt: skip
# Which default privileges are laid on a kind.
_DEFAULTS = {
    "table": "tables", "foreign table": "tables", "view": "tables", "materialized view": "tables",
    "sequence": "sequences", "function": "functions", "procedure": "functions", "aggregate": "functions",
    "enum": "types", "domain": "types", "range type": "types", "composite type": "types", "base type": "types",
    "schema": "schemas",
}  # fmt: skip
_BUILT_IN: Mapping[str, Mapping[str, list[str]]] = {
    "functions": {OWNER: ["EXECUTE"], PUBLIC: ["EXECUTE"]},
    "types": {OWNER: ["USAGE"], PUBLIC: ["USAGE"]},
}
_ALL = {OWNER: ["ALL"]}


def owner(identity: Identity, before: Attributes | None, after: Attributes, context: Context) -> Iterator[Step]:
    """ALTER … OWNER TO, where the owner is another than before, or than the role that makes the object."""
    wanted = text_of(after, "owner")
    if not wanted or wanted == (text_of(before, "owner") if before is not None else context.owner):
        return
    if identity.kind == "extension" or "identity_of" in after:
        return
    yield Step(f"ALTER {word(identity.kind)} {name(identity)} OWNER TO {quoted(wanted)}")


def grants(identity: Identity, before: Attributes | None, after: Attributes, context: Context) -> Iterator[Step]:
    """What makes the grants those of `after`; for a new object from whatever default privileges laid on it."""
    wanted = _grants(after)
    if identity.kind == "column":
        yield from _column_grants(identity, _grants(before or {}), wanted, context)
        return
    if "grants" not in after and "grants" not in (before or {}):
        return
    on = f"{_ON.get(identity.kind, word(identity.kind))} {name(identity)}"
    if before is not None:
        yield from _changed(on, "", _grants(before), wanted, text_of(after, "owner"))
        return
    built_in = _BUILT_IN.get(_DEFAULTS.get(identity.kind, ""), _ALL)
    laid = _laid_on(identity, context)
    if laid:
        its_own = {OWNER, text_of(after, "owner")}
        revoked = sorted((laid | built_in.keys()) - its_own)
        start = {OWNER: wanted.get(OWNER, _ALL[OWNER])}
        if revoked:
            yield Step(f"REVOKE ALL ON {on} FROM {', '.join(map(role, revoked))}")
            yield from _changed(on, "", start, wanted, text_of(after, "owner"))
            return
    yield from _changed(on, "", built_in, wanted, text_of(after, "owner"))


def default_privileges(identity: Identity, before: Attributes | None, after: Attributes | None) -> Iterator[Step]:
    """ALTER DEFAULT PRIVILEGES; an entry for all schemas stands instead of the built-in privileges."""
    schema, owner_name, kind = identity.path
    inside = f" IN SCHEMA {quoted(schema)}" if schema else ""
    absent = {} if schema else _BUILT_IN.get(kind, _ALL)
    was = absent if before is None else _grants(before)
    now = absent if after is None else _grants(after)
    head = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(owner_name)}{inside} "
    yield from _changed(kind.upper(), "", was, now, owner_name, head)


def regranted(identity: Identity, before: Attributes, after: Attributes, context: Context) -> frozenset[Identity]:
    """The columns whose grants must be given again, because a REVOKE on the table takes them along."""
    was, now = _grants(before), _grants(after)
    revoked = {grantee for grantee in was if not _only_more(was[grantee], now.get(grantee, []))}
    return frozenset(
        column
        for column, attributes in context.after.items()
        if column.kind == "column" and column.path[:2] == identity.path and not revoked.isdisjoint(_grants(attributes))
    )


def _column_grants(
    identity: Identity, was: Mapping[str, list[str]], now: Mapping[str, list[str]], context: Context
) -> Iterator[Step]:
    on = f"TABLE {dotted(identity.path[:2])}"
    owned_by = next(
        (
            text_of(context.after[table], "owner")
            for kind in ("table", "view", "materialized view", "foreign table")
            if (table := Identity(kind, identity.path[:2])) in context.after
        ),
        context.owner,
    )
    yield from _changed(on, f" ({quoted(identity.path[2])})", was, now, owned_by)


def _changed(
    on: str, columns: str, was: Mapping[str, list[str]], now: Mapping[str, list[str]], owner_name: str, head: str = ""
) -> Iterator[Step]:
    for grantee in sorted(was.keys() | now.keys()):
        old, new = was.get(grantee, []), now.get(grantee, [])
        if set(old) == set(new) or grantee == owner_name:  # what the new owner had is merged with what owners have
            continue
        to = quoted(owner_name) if grantee == OWNER else role(grantee)
        given = new
        if _only_more(old, new):
            given = [privilege for privilege in new if privilege not in old]
        else:
            yield Step(f"{head}REVOKE ALL{columns} ON {on} FROM {to}")
        plain = [p for p in given if not p.endswith(_OPTION)]
        optional = [p.removesuffix(_OPTION) for p in given if p.endswith(_OPTION)]
        for names, option in ((plain, ""), (optional, _OPTION)):
            if names:
                yield Step(f"{head}GRANT {', '.join(p + columns for p in names)} ON {on} TO {to}{option}")


def _only_more(old: Iterable[str], new: Iterable[str]) -> bool:
    """Whether `new` has all of `old`, so that nothing need be revoked."""
    had, has = set(old), set(new)
    plain_upgraded = {p for p in had if p + _OPTION in has}
    return had <= has | plain_upgraded or "ALL" in has


def _laid_on(identity: Identity, context: Context) -> set[str]:
    """Whom default privileges, of before or after, may give something on a new object."""
    kind = _DEFAULTS.get(identity.kind)
    found: set[str] = set()
    for objects in (context.before, context.after):
        for other, attributes in objects.items():
            if other.kind == "default privileges" and other.path[2] == kind and other.path[0] in ("", identity.path[0]):
                found.update(_grants(attributes).keys())
                if not other.path[0]:
                    found.add(PUBLIC)
    return found


def _grants(attributes: Attributes) -> dict[str, list[str]]:
    value = attributes.get("grants")
    return {grantee: list(strings(held)) for grantee, held in value.items()} if isinstance(value, Mapping) else {}
