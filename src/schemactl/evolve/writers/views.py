"""Views, materialized views and rules."""

from collections.abc import Iterator

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.model import Objects, Step
from schemactl.evolve.naming import dotted, strings
from schemactl.evolve.writers import options
from schemactl.sql.names import quoted

_BODY = ("definition", "access_method", "populated")


def create(identity: Identity, a: Attributes) -> Iterator[Step]:
    """CREATE [OR REPLACE] VIEW, or a materialized view with its rows."""
    query = str(a["definition"]).strip().removesuffix(";")
    given = ", ".join(option.replace("=", " = ", 1) for option in strings(a.get("options")))
    with_options = f"\nWITH ({given})" if given else ""
    if identity.kind == "view":
        yield Step(f"CREATE OR REPLACE VIEW {dotted(identity.path)}{with_options} AS\n{query}")
        return
    method = f"\nUSING {quoted(str(a['access_method']))}" if a.get("access_method") not in (None, "heap") else ""
    empty = "\nWITH NO DATA" if a.get("populated") is False else ""
    yield Step(
        f"CREATE MATERIALIZED VIEW IF NOT EXISTS {dotted(identity.path)}{method}{with_options} AS\n{query}{empty}"
    )


def drop(identity: Identity) -> Step:
    """DROP VIEW."""
    return Step(f"DROP {identity.kind.upper()} IF EXISTS {dotted(identity.path)}")


def alterable(identity: Identity, before: Attributes, after: Attributes, was: Objects, now: Objects) -> bool:
    """Whether OR REPLACE does it: the same columns in front. A materialized view is never replaced in place."""
    if identity.kind == "materialized view":
        return all(before.get(key) == after.get(key) for key in ("definition", "access_method"))
    old, new = _columns(identity, was), _columns(identity, now)
    return before["definition"] == after["definition"] or new[: len(old)] == old


def alter(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """OR REPLACE for another query, otherwise the options alone."""
    head = f"ALTER {identity.kind.upper()} {dotted(identity.path)}"
    if before["definition"] != after["definition"]:
        yield from create(identity, after)
    elif before.get("options") != after.get("options"):
        yield from options.storage(head, strings(before.get("options")), strings(after.get("options")))
    if before.get("populated") != after.get("populated"):
        yield Step(
            f"REFRESH MATERIALIZED VIEW {dotted(identity.path)}{'' if after.get('populated') else ' WITH NO DATA'}"
        )


def create_rule(identity: Identity, a: Attributes) -> Iterator[Step]:
    """CREATE OR REPLACE RULE."""
    yield Step(str(a["definition"]).replace("CREATE RULE", "CREATE OR REPLACE RULE", 1).rstrip(";"))
    yield from enabled(identity, {}, a)


def alter_rule(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """Another definition, or switched on or off."""
    if before["definition"] != after["definition"]:
        yield from create_rule(identity, after)
    else:
        yield from enabled(identity, before, after)


def enabled(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """ENABLE and DISABLE of a trigger or rule."""
    if before.get("enabled", "origin") != after.get("enabled", "origin"):
        word = {"origin": "ENABLE", "disabled": "DISABLE", "replica": "ENABLE REPLICA", "always": "ENABLE ALWAYS"}
        head = f"ALTER TABLE {dotted(identity.path[:2])} {word[str(after.get('enabled', 'origin'))]}"
        yield Step(f"{head} {identity.kind.upper()} {quoted(identity.path[2])}")


def _columns(identity: Identity, objects: Objects) -> list[tuple[object, ...]]:
    found = [
        (int(str(a["place"])), other.path[2], a["type"], a.get("collation"))
        for other, a in objects.items()
        if other.kind == "column" and other.path[:2] == identity.path
    ]
    return [rest for _, *rest in sorted(found, key=lambda item: item[0])]  # type: ignore[misc]
