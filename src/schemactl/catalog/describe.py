"""Changes in words: one line a change, grouped by the relation that they belong to."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import unified_diff
from itertools import groupby

from schemactl.catalog.difference import Action, AttributeChange, Change
from schemactl.catalog.grants import OWNER
from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.core.results import Json

SIGNS = {Action.ADDED: "+", Action.REMOVED: "-", Action.CHANGED: "~"}
_RELATIONS = frozenset({"table", "foreign table", "view", "materialized view", "composite type"})
_PARTS = frozenset({"column", "constraint", "index", "trigger", "rule", "policy", "publication table"})
_LONG = 72


def grouped(changes: Iterable[Change]) -> dict[str, list[str]]:
    """A heading (the relation, or what kind of object) → a line or more for each of its changes.

    Lines begin with `+`, `-` or `~`, or with four spaces when they go on. An index that came or went with its
    constraint has no line of its own.
    """
    told = list(changes)
    constraints = {(c.action, c.object.path) for c in told if c.object.kind == "constraint"}
    ordered = sorted((c for c in told if not _implied(c, constraints)), key=_order)
    return {
        heading: [line for change in group for line in lines(change)] for heading, group in groupby(ordered, _heading)
    }


def lines(change: Change) -> list[str]:
    """One change: what came or went with its essentials, or each attribute before and after."""
    sign = SIGNS[change.action]
    name = _own_name(change.object)
    if change.action is not Action.CHANGED:
        whole = {a.name: a.after if change.action is Action.ADDED else a.before for a in change.attributes}
        return [" ".join(filter(None, (sign, name, essentials(change.object, whole))))]
    if len(change.attributes) == 1:
        first, *more = _attribute(change.attributes[0])
        return [f"{sign} {name}: {first}", *(f"    {line}" for line in more)]
    return [f"{sign} {name}", *(f"    {line}" for a in change.attributes for line in _attribute(a))]


def sentence(change: Change) -> str:
    """One change as one line for a message: `changed column public.t.a: type`."""
    if change.action is not Action.CHANGED:
        return f"{change.action} {change.object}"
    return f"{change.action} {change.object}: {', '.join(_label(a.name) for a in change.attributes)}"


def essentials(identity: Identity, attributes: Attributes) -> str:
    """What a reader wants to know first about an object, on one line; maybe nothing."""
    return " ".join(_essentials(identity, attributes).split())


def _essentials(identity: Identity, attributes: Attributes) -> str:
    match identity.kind:
        case "table" | "foreign table" | "view" | "materialized view":
            return _relation(attributes)
        case "column":
            return _column(attributes)
        case "policy":
            return _policy(attributes)
        case "index":
            head, _, rest = str(attributes["definition"]).partition(" USING ")
            return ("unique " if head.startswith("CREATE UNIQUE") else "") + rest
        case "trigger":
            return str(attributes["definition"]).partition(f" {identity.path[2]} ")[2]
        case "constraint" | "rule" | "statistics" | "domain constraint":
            return str(attributes["definition"])
        case "enum":
            return f"({_value(attributes.get('labels', []))})"
        case "function" | "procedure":
            safety = " security definer" if attributes.get("security_definer") else ""
            return (f"returns {attributes['result']}" if "result" in attributes else "") + safety + _grants(attributes)
        case "domain" | "sequence":
            return str(attributes["type"])
        case "extension":
            return str(attributes["version"])
        case "schema" | "default privileges":
            return _grants(attributes).lstrip(", ")
        case _:
            return ""


def _relation(attributes: Attributes) -> str:
    parts = ["unlogged"] if attributes.get("persistence") == "unlogged" else []
    parts += [f"partitioned by {attributes['partition_key']}"] if "partition_key" in attributes else []
    parts += [f"of {_value(attributes['inherits'])}"] if "inherits" in attributes else []
    parts += [str(attributes["partition_bound"])] if "partition_bound" in attributes else []
    parts += [f"with ({_value(attributes['options'])})"] if "options" in attributes else []
    if attributes.get("row_security"):
        parts.append("row security forced" if attributes.get("force_row_security") else "row security")
    return (", ".join(parts) + _grants(attributes)).lstrip(", ")


def _column(attributes: Attributes) -> str:
    generated, identity = attributes.get("generated"), attributes.get("identity")
    default = attributes.get("default")
    parts = [_value(attributes["type"])]
    parts += ["not null"] if attributes.get("not_null") else []
    parts += [f"generated {identity} as identity"] if identity else []
    if default is not None:
        parts.append(f"generated always as ({default}) {generated}" if generated else f"default {default}")
    return " ".join(parts)


def _policy(attributes: Attributes) -> str:
    parts = [] if attributes["permissive"] else ["as restrictive"]
    parts += [f"for {attributes['command']}", f"to {_value(attributes['roles'])}"]
    parts += [f"using ({attributes['using']})"] if "using" in attributes else []
    parts += [f"with check ({attributes['check']})"] if "check" in attributes else []
    return " ".join(parts)


def _grants(attributes: Mapping[str, Json]) -> str:
    """Who else than the owner may do what."""
    held = {name.removeprefix("grants."): value for name, value in attributes.items() if name.startswith("grants.")}
    told = "; ".join(f"{grantee} {_value(value)}" for grantee, value in held.items() if grantee != OWNER)
    return f", granted to {told}" if told else ""


def _attribute(change: AttributeChange) -> Iterator[str]:
    before, after = _value(change.before), _value(change.after)
    if "\n" not in before + after and len(before) + len(after) <= 2 * _LONG:
        yield f"{_label(change.name)} {before} → {after}"
        return
    yield f"{_label(change.name)}:"
    for line in list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))[2:]:
        if line.strip() and not line.startswith("@@"):
            yield f"  {line}"


def _label(name: str) -> str:
    head, _, grantee = name.partition(".")
    return f"grants to {grantee}:" if head == "grants" else name.replace("_", " ")


def _value(value: Json) -> str:
    match value:
        case None:
            return "(none)"
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case Sequence():
            return ", ".join(_value(item) for item in value)
        case _:
            return str(value)


def _implied(change: Change, constraints: Collection[tuple[Action, tuple[str, ...]]]) -> bool:
    kind, path = change.object
    if kind != "index" or change.action is Action.CHANGED:
        return False
    name = next((a.after or a.before for a in change.attributes if a.name == "constraint"), None)
    return (change.action, (*path[:2], name)) in constraints


def _heading(change: Change) -> str:
    kind, path = change.object
    if kind in _RELATIONS or kind in _PARTS:
        return ".".join(path[:2])
    return f"{kind}es" if kind.endswith("ss") else kind if kind.endswith("s") else f"{kind}s"


def _own_name(identity: Identity) -> str:
    """The name within its group."""
    if identity.kind in _PARTS:
        return f"{identity.kind} {identity.path[2]}"
    return str(identity)


def _order(change: Change) -> tuple[bool, str, bool, str, int, Identity]:
    """By group; in a relation itself first, then its parts, columns where they stand."""
    kind = change.object.kind
    of_relation = kind in _RELATIONS or kind in _PARTS
    position = next((a.after or a.before for a in change.attributes if a.name == "position"), 0)
    place = position if isinstance(position, int) else 0
    return of_relation, _heading(change), kind not in _RELATIONS, kind, place, change.object
