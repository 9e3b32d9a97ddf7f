"""Functions, procedures, aggregates, triggers and event triggers."""

import re
from collections.abc import Iterator

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.model import Step
from schemactl.evolve.naming import dollars, dotted, name, strings, text_of, unless
from schemactl.evolve.references import unquoted
from schemactl.evolve.writers.views import enabled
from schemactl.sql.names import literal, quoted

_COSTS = {"c": 1, "internal": 1}
_LIST_SETTINGS = frozenset(
    {
        "search_path", "session_preload_libraries", "shared_preload_libraries", "local_preload_libraries",
        "temp_tablespaces", "unix_socket_directories",
    }
)  # fmt: skip


def create(identity: Identity, a: Attributes) -> Iterator[Step]:
    """CREATE OR REPLACE FUNCTION or PROCEDURE, part by part as pg_get_functiondef would."""
    head = f"CREATE OR REPLACE {identity.kind.upper()} {dotted(identity.path[:2])}({text_of(a, 'arguments')})"
    yield Step("\n".join([head, *_clauses(identity, a), _body(a)]))


def drop(identity: Identity) -> Step:
    """DROP FUNCTION, PROCEDURE or AGGREGATE."""
    return Step(f"DROP {identity.kind.upper()} IF EXISTS {name(identity)}")


def alterable(before: Attributes, after: Attributes) -> bool:
    """Whether OR REPLACE takes it: the same result, names of arguments, and no default less."""
    if before.get("result") != after.get("result") or before.get("window") != after.get("window"):
        return False
    old, new = _arguments(before), _arguments(after)
    return [argument for argument, _ in old] == [argument for argument, _ in new] and all(
        now or not was for (_, was), (_, now) in zip(old, new, strict=True)
    )


def create_aggregate(identity: Identity, a: Attributes) -> Iterator[Step]:
    """CREATE OR REPLACE AGGREGATE."""
    functions = {
        "transition": "SFUNC", "final": "FINALFUNC", "combine": "COMBINEFUNC", "serialize": "SERIALFUNC",
        "deserialize": "DESERIALFUNC", "moving_transition": "MSFUNC", "moving_inverse": "MINVFUNC",
        "moving_final": "MFINALFUNC",
    }  # fmt: skip
    modify = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}
    parts = [f"SFUNC = {_bare(text_of(a, 'transition'))}", f"STYPE = {a['state_type']}"]
    parts += [
        f"{said} = {_bare(text_of(a, key))}" for key, said in functions.items() if key in a and key != "transition"
    ]
    parts += [f"SSPACE = {a['state_size']}"] if a.get("state_size") else []
    parts += [f"MSTYPE = {a['moving_state_type']}"] if "moving_state_type" in a else []
    parts += [f"INITCOND = {literal(str(a['initial']))}"] if "initial" in a else []
    parts += [f"MINITCOND = {literal(str(a['moving_initial']))}"] if "moving_initial" in a else []
    parts += ["FINALFUNC_EXTRA"] if a.get("final_extra") else []
    usual = "r" if a.get("type") == "normal" else "w"
    if a.get("final_modify") not in (None, usual):
        parts.append(f"FINALFUNC_MODIFY = {modify[str(a['final_modify'])]}")
    if "sort_operator" in a:
        parts.append(f"SORTOP = OPERATOR({text_of(a, 'sort_operator').partition('(')[0]})")
    parts += ["HYPOTHETICAL"] if a.get("type") == "hypothetical set" else []
    parts += [f"PARALLEL = {str(a['parallel']).upper()}"] if a.get("parallel") != "unsafe" else []
    listed = text_of(a, "arguments") or "*"
    yield Step(f"CREATE OR REPLACE AGGREGATE {dotted(identity.path[:2])}({listed}) ({', '.join(parts)})")


def create_trigger(identity: Identity, a: Attributes) -> Iterator[Step]:
    """CREATE OR REPLACE TRIGGER; constraint triggers know no OR REPLACE and are dropped first."""
    if a.get("inherited"):
        yield from enabled(identity, {}, a)
        return
    definition = str(a["definition"])
    if definition.startswith("CREATE CONSTRAINT"):
        yield drop_trigger(identity)
    yield Step(definition.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1))
    yield from enabled(identity, {}, a)


def drop_trigger(identity: Identity) -> Step:
    """DROP TRIGGER."""
    return Step(f"DROP TRIGGER IF EXISTS {quoted(identity.path[2])} ON {dotted(identity.path[:2])}")


def alter_trigger(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """Another definition, or switched on or off."""
    if before["definition"] != after["definition"]:
        yield from create_trigger(identity, after)
    else:
        yield from enabled(identity, before, after)


def create_event_trigger(identity: Identity, a: Attributes) -> Iterator[Step]:
    """CREATE EVENT TRIGGER, guarded."""
    tags = strings(a.get("tags"))
    when = f" WHEN TAG IN ({', '.join(map(literal, tags))})" if tags else ""
    own = quoted(identity.path[0])
    statement = f"CREATE EVENT TRIGGER {own} ON {a['event']}{when} EXECUTE FUNCTION {a['function']}"
    yield Step(unless(f"SELECT FROM pg_event_trigger WHERE evtname = {literal(identity.path[0])}", statement))
    yield from alter_event_trigger(identity, {}, a)


def alter_event_trigger(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """Switched on or off."""
    if before.get("enabled", "origin") != after.get("enabled", "origin"):
        words = {"origin": "ENABLE", "disabled": "DISABLE", "replica": "ENABLE REPLICA", "always": "ENABLE ALWAYS"}
        yield Step(f"ALTER EVENT TRIGGER {quoted(identity.path[0])} {words[str(after.get('enabled', 'origin'))]}")


def _clauses(identity: Identity, a: Attributes) -> Iterator[str]:
    if identity.kind == "function":
        yield f"RETURNS {a['result']}"
    yield f"LANGUAGE {quoted(str(a['language']))}"
    for transform in strings(a.get("transforms")):
        yield f"TRANSFORM FOR TYPE {transform}"
    words = ["WINDOW"] if a.get("window") else []
    if identity.kind == "function":
        words += [str(a["volatility"]).upper()] if a.get("volatility") != "volatile" else []
        words += ["LEAKPROOF"] if a.get("leakproof") else []
        words += ["STRICT"] if a.get("strict") else []
        words += [f"PARALLEL {str(a['parallel']).upper()}"] if a.get("parallel") != "unsafe" else []
    words += ["SECURITY DEFINER"] if a.get("security_definer") else []
    if identity.kind == "function":
        usual = _COSTS.get(str(a.get("language")), 100)
        words += [f"COST {_number(a['cost'])}"] if "cost" in a and _number(a["cost"]) != str(usual) else []
        words += [f"ROWS {_number(a['rows'])}"] if "rows" in a and _number(a["rows"]) not in ("1000", "0") else []
        words += [f"SUPPORT {_bare(str(a['support']))}"] if "support" in a else []
    if words:
        yield " ".join(words)
    for setting in strings(a.get("settings")):
        key, _, value = setting.partition("=")
        yield f"SET {_setting(key)} TO {_listed(value) if key.lower() in _LIST_SETTINGS else literal(value)}"


def _body(a: Attributes) -> str:
    body = str(a.get("body", ""))
    if a.get("language") == "sql" and body.startswith(("BEGIN ATOMIC", "RETURN ")):
        return body
    if "library" in a:
        return f"AS {literal(str(a['library']))}, {literal(body)}"
    return f"AS {dollars(body)}"


def _arguments(a: Attributes) -> list[tuple[str, bool]]:
    """Each argument without its default, and whether it has one."""
    found, depth, start, text = [], 0, 0, text_of(a, "arguments")
    in_quotes = False
    for position, character in enumerate(text + ","):
        if character == "'":
            in_quotes = not in_quotes
        elif in_quotes:
            continue
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and not depth:
            argument, default, _ = text[start:position].strip().partition(" DEFAULT ")
            found.append((argument, bool(default)))
            start = position + 1
    return found


def _listed(value: str) -> str:
    """A list setting, which is stored as names: `public, "$user", "a, b"`."""
    items = re.findall(r'"(?:[^"]|"")*"|[^,\s]+', value)
    return ", ".join(literal(unquoted(item)) for item in items)


def _setting(key: str) -> str:
    return ".".join(map(quoted, key.split(".")))


def _bare(signature: str) -> str:
    return signature.partition("(")[0]


def _number(value: object) -> str:
    return f"{float(str(value)):g}"
