"""What else a database holds: schemas, extensions, sequences, policies, publications, statistics and the like."""

from collections.abc import Iterator

from schemactl.catalog.grants import PUBLIC
from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.context import Unwritten
from schemactl.evolve.model import Step
from schemactl.evolve.naming import dotted, exists, name, role, strings, text_of, unless, when, word
from schemactl.evolve.writers import options
from schemactl.evolve.writers.columns import sequence_options
from schemactl.sql.names import literal, quoted

UNWRITTEN = frozenset(
    {
        "access method", "base type", "conversion", "operator class", "operator family", "security label",
        "subscription", "text search parser", "text search template", "transform", "language",
    }
)  # fmt: skip


def create(identity: Identity, a: Attributes) -> Iterator[Step]:
    """The CREATE of each kind that has no module of its own. Raises Unwritten."""
    if identity.kind in UNWRITTEN:
        raise Unwritten(f"{identity} is of a kind that must be made by hand")
    yield from _CREATORS[identity.kind](identity, a)


def drop(identity: Identity) -> Step:
    """The DROP of each kind that has no module of its own."""
    own = quoted(identity.path[-1])
    match identity.kind:
        case "policy":
            return Step(f"DROP POLICY IF EXISTS {own} ON {dotted(identity.path[:2])}")
        case "rule":
            return Step(f"DROP RULE IF EXISTS {own} ON {dotted(identity.path[:2])}")
        case "sequence":
            return Step(
                f"DROP SEQUENCE IF EXISTS {name(identity)}", loses=f"the number that {dotted(identity.path)} reached"
            )
        case "owned by":
            return Step(f"ALTER SEQUENCE IF EXISTS {name(identity)} OWNED BY NONE")
        case "publication table":
            gone = f"ALTER PUBLICATION {own} DROP TABLE {dotted(identity.path[:2])}"
            return Step(when(_published_table(identity), gone))
        case "publication schema":
            gone = f"ALTER PUBLICATION {own} DROP TABLES IN SCHEMA {quoted(identity.path[0])}"
            return Step(when(_published_schema(identity), gone))
        case "user mapping":
            return Step(f"DROP USER MAPPING IF EXISTS FOR {role(identity.path[1])} SERVER {quoted(identity.path[0])}")
        case "domain constraint":
            return Step(f"ALTER DOMAIN {dotted(identity.path[:2])} DROP CONSTRAINT IF EXISTS {own}")
        case "extension":
            loses = f"what extension {own} keeps, and everything else that it brings"
            return Step(f"DROP EXTENSION IF EXISTS {name(identity)}", loses=loses)
        case kind if kind in UNWRITTEN and kind not in ("operator family", "operator class", "conversion", "language"):
            raise Unwritten(f"{identity} is of a kind that must be dropped by hand")
        case _:
            return Step(f"DROP {word(identity.kind)} IF EXISTS {name(identity)}")


def alterable(identity: Identity, before: Attributes, after: Attributes) -> bool:
    """Whether the object changes in place."""
    match identity.kind:
        case "schema" | "extension" | "sequence" | "default privileges" | "text search configuration" | "owned by":
            return identity.kind != "text search configuration" or before["parser"] == after["parser"]
        case "foreign server" | "foreign data wrapper":
            return all(before.get(key) == after.get(key) for key in ("type", "wrapper", "handler", "validator"))
        case "publication":
            return before.get("all_tables") == after.get("all_tables")
        case "statistics":
            return before["definition"] == after["definition"]
        case _:
            passing = ("owner", "grants", "comment")
            keys = (before.keys() | after.keys()) - set(passing)
            return all(before.get(key) == after.get(key) for key in keys)


def alter(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """The ALTER of each kind that has no module of its own."""
    head = name(identity)
    match identity.kind:
        case "extension":
            if before["version"] != after["version"]:
                yield Step(f"ALTER EXTENSION {head} UPDATE TO {literal(str(after['version']))}")
            if before["schema"] != after["schema"]:
                yield Step(f"ALTER EXTENSION {head} SET SCHEMA {quoted(str(after['schema']))}")
        case "sequence":
            keys = ("type", "start", "increment", "minimum", "maximum", "cache", "cycle")
            if any(before.get(key) != after.get(key) for key in keys):
                typed = f" AS {after['type']}" if before.get("type") != after.get("type") else ""
                yield Step(f"ALTER SEQUENCE {head}{typed} {sequence_options(after)}")
            if before.get("persistence") != after.get("persistence") and "identity_of" not in after:
                yield Step(
                    f"ALTER SEQUENCE {head} SET {'UNLOGGED' if after.get('persistence') == 'unlogged' else 'LOGGED'}"
                )
        case "owned by":
            if before["column"] != after["column"]:
                yield Step(f"ALTER SEQUENCE {head} OWNED BY {dotted(strings(after['column']))}")
        case "publication":
            if any(
                before.get(key) != after.get(key) for key in ("operations", "via_partition_root", "generated_columns")
            ):
                yield Step(f"ALTER PUBLICATION {head} SET ({', '.join(_published(before, after))})")
        case "statistics":
            yield from _statistics_target(identity, before, after)
        case "text search configuration":
            yield from _mappings(head, strings(before.get("mappings")), strings(after.get("mappings")))
        case "foreign server" | "foreign data wrapper":
            if before.get("version") != after.get("version") and "version" in after:
                yield Step(f"ALTER SERVER {head} VERSION {literal(str(after['version']))}")
            was, now = strings(before.get("server_options")), strings(after.get("server_options"))
            yield from options.foreign(f"ALTER {word(identity.kind)} {head}", was, now)


def _published_table(identity: Identity) -> str:
    return (
        "SELECT FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid"
        f" WHERE p.pubname = {literal(identity.path[2])}"
        f" AND r.prrelid = to_regclass({literal(dotted(identity.path[:2]))})"
    )


def _published_schema(identity: Identity) -> str:
    return (
        "SELECT FROM pg_publication p JOIN pg_publication_namespace r ON r.pnpubid = p.oid"
        f" WHERE p.pubname = {literal(identity.path[1])}"
        f" AND r.pnnspid = to_regnamespace({literal(quoted(identity.path[0]))})"
    )


def _policy(identity: Identity, a: Attributes) -> str:
    parts = [f"CREATE POLICY {quoted(identity.path[2])} ON {dotted(identity.path[:2])}"]
    parts += [] if a.get("permissive") else ["  AS RESTRICTIVE"]
    parts += [f"  FOR {str(a['command']).upper()}"] if a.get("command") != "all" else []
    roles = strings(a.get("roles"))
    parts += [f"  TO {', '.join(map(role, roles))}"] if roles != (PUBLIC,) else []
    parts += [f"  USING ({a['using']})"] if "using" in a else []
    parts += [f"  WITH CHECK ({a['check']})"] if "check" in a else []
    return "\n".join(parts)


def _collation(a: Attributes) -> Iterator[str]:
    yield f"PROVIDER = {a['provider']}"
    if "ctype" in a:
        yield f"LC_COLLATE = {literal(str(a['locale']))}"
        yield f"LC_CTYPE = {literal(str(a['ctype']))}"
    elif "locale" in a:
        yield f"LOCALE = {literal(str(a['locale']))}"
    if a.get("deterministic") is False:
        yield "DETERMINISTIC = false"
    if "rules" in a:
        yield f"RULES = {literal(str(a['rules']))}"


def _operator(identity: Identity, a: Attributes) -> str:
    left, _, right = identity.path[2].partition(", ")
    parts = [f"FUNCTION = {str(a['function']).partition('(')[0]}"]
    parts += [f"LEFTARG = {left}"] if left != "NONE" else []
    parts += [f"RIGHTARG = {right}"]
    for key in ("commutator", "negator"):
        if key in a:
            other = qualified_operator(str(a[key]))
            parts.append(f"{key.upper()} = OPERATOR({other})")
    for key in ("restrict", "join"):
        parts += [f"{key.upper()} = {str(a[key]).partition('(')[0]}"] if key in a else []
    parts += ["MERGES"] if a.get("merges") else []
    parts += ["HASHES"] if a.get("hashes") else []
    return f"CREATE OPERATOR {quoted(identity.path[0])}.{identity.path[1]} ({', '.join(parts)})"


def qualified_operator(signature: str) -> str:
    """An operator's name without its types, as regoperator writes it."""
    return signature.rpartition("(")[0]


def _published(before: Attributes, after: Attributes) -> Iterator[str]:
    if before.get("operations") != after.get("operations"):
        yield f"publish = {literal(', '.join(strings(after.get('operations'))))}"
    if before.get("via_partition_root") != after.get("via_partition_root"):
        yield f"publish_via_partition_root = {str(bool(after.get('via_partition_root'))).lower()}"
    if before.get("generated_columns") != after.get("generated_columns"):
        yield f"publish_generated_columns = {'stored' if after.get('generated_columns') == 's' else 'none'}"


def _publication(identity: Identity, a: Attributes) -> str:
    usual: Attributes = {"operations": ["insert", "update", "delete", "truncate"], "via_partition_root": False}
    given = ", ".join(_published(usual, a))
    everything = " FOR ALL TABLES" if a.get("all_tables") else ""
    return f"CREATE PUBLICATION {quoted(identity.path[0])}{everything}" + (f" WITH ({given})" if given else "")


def _statistics_target(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    if before.get("statistics_target") != after.get("statistics_target"):
        yield Step(f"ALTER STATISTICS {name(identity)} SET STATISTICS {text_of(after, 'statistics_target', '-1')}")


def _mappings(head: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Step]:
    was, now = (dict(mapping.split(": ", 1) for mapping in listed) for listed in (before, after))
    changed = [token for token in was.keys() | now.keys() if was.get(token) != now.get(token)]
    for token in sorted(changed):
        yield Step(f"ALTER TEXT SEARCH CONFIGURATION {head} DROP MAPPING IF EXISTS FOR {quoted(token)}")
        if token in now:
            yield Step(f"ALTER TEXT SEARCH CONFIGURATION {head} ADD MAPPING FOR {quoted(token)} WITH {now[token]}")


def _options(a: Attributes) -> str:
    shown = [option for option in strings(a.get("server_options")) if not option.endswith("=(hidden)")]
    return f" OPTIONS ({options.listed(tuple(shown))})" if shown else ""


def _create_schema(identity: Identity, _: Attributes) -> Iterator[Step]:
    head = name(identity)
    yield Step(f"CREATE SCHEMA IF NOT EXISTS {head}")


def _create_extension(identity: Identity, a: Attributes) -> Iterator[Step]:
    head = name(identity)
    yield Step(f"CREATE EXTENSION IF NOT EXISTS {head} WITH SCHEMA {quoted(str(a['schema']))}")


def _create_sequence(identity: Identity, a: Attributes) -> Iterator[Step]:
    if "identity_of" in a:
        return
    head = name(identity)
    unlogged = "UNLOGGED " if a.get("persistence") == "unlogged" else ""
    typed = f" AS {a['type']}" if a.get("type") != "bigint" else ""
    given = sequence_options(a, only_unusual=True)
    tail = f" {given}" if given else ""
    yield Step(f"CREATE {unlogged}SEQUENCE IF NOT EXISTS {head}{typed}{tail}")


def _create_owned_by(identity: Identity, a: Attributes) -> Iterator[Step]:
    head = name(identity)
    yield Step(f"ALTER SEQUENCE {head} OWNED BY {dotted(strings(a['column']))}")


def _create_policy(identity: Identity, a: Attributes) -> Iterator[Step]:
    yield drop(identity)
    yield Step(_policy(identity, a))


def _create_statistics(identity: Identity, a: Attributes) -> Iterator[Step]:
    text = str(a["definition"]).replace("CREATE STATISTICS ", "CREATE STATISTICS IF NOT EXISTS ", 1)
    yield Step(text)
    yield from _statistics_target(identity, {}, a)


def _create_collation(identity: Identity, a: Attributes) -> Iterator[Step]:
    head = name(identity)
    yield Step(f"CREATE COLLATION IF NOT EXISTS {head} ({', '.join(_collation(a))})")


def _create_cast(identity: Identity, a: Attributes) -> Iterator[Step]:
    head = name(identity)
    via = {
        "function": f"WITH FUNCTION {a.get('function')}",
        "inout": "WITH INOUT",
        "binary": "WITHOUT FUNCTION",
    }
    context_words = {"explicit": "", "assignment": " AS ASSIGNMENT", "implicit": " AS IMPLICIT"}
    made = f"CREATE CAST {head} {via[str(a['method'])]}{context_words[str(a['context'])]}"
    source, target = (f"to_regtype({literal(side)})" for side in identity.path)
    found = f"SELECT FROM pg_cast WHERE castsource = {source} AND casttarget = {target}"
    yield Step(unless(found, made))


def _create_operator(identity: Identity, a: Attributes) -> Iterator[Step]:
    signature = f"{quoted(identity.path[0])}.{identity.path[1]}({identity.path[2]})"
    found = f"SELECT FROM pg_operator WHERE oid = to_regoperator({literal(signature)}) AND oprcode <> 0"
    yield Step(unless(found, _operator(identity, a)))


def _create_publication(identity: Identity, a: Attributes) -> Iterator[Step]:
    yield Step(unless(exists("pg_publication", "pub", identity.path[0]), _publication(identity, a)))


def _create_publication_table(identity: Identity, a: Attributes) -> Iterator[Step]:
    own = quoted(identity.path[-1])
    listed = f" ({', '.join(map(quoted, strings(a['columns'])))})" if "columns" in a else ""
    where = f" WHERE ({a['where']})" if "where" in a else ""
    added = f"ALTER PUBLICATION {own} ADD TABLE {dotted(identity.path[:2])}{listed}{where}"
    yield Step(unless(_published_table(identity), added))


def _create_publication_schema(identity: Identity, _: Attributes) -> Iterator[Step]:
    own = quoted(identity.path[-1])
    added = f"ALTER PUBLICATION {own} ADD TABLES IN SCHEMA {quoted(identity.path[0])}"
    yield Step(unless(_published_schema(identity), added))


def _create_text_search_configuration(identity: Identity, a: Attributes) -> Iterator[Step]:
    head = name(identity)
    made = f"CREATE TEXT SEARCH CONFIGURATION {head} (PARSER = {a['parser']})"
    yield Step(unless(exists("pg_ts_config", "cfg", identity.path[1], identity.path[0]), made))
    yield from _mappings(head, (), strings(a.get("mappings")))


def _create_text_search_dictionary(identity: Identity, a: Attributes) -> Iterator[Step]:
    head = name(identity)
    given = f", {a['options']}" if "options" in a else ""
    made = f"CREATE TEXT SEARCH DICTIONARY {head} (TEMPLATE = {a['template']}{given})"
    yield Step(unless(exists("pg_ts_dict", "dict", identity.path[1], identity.path[0]), made))


def _create_foreign_data_wrapper(identity: Identity, a: Attributes) -> Iterator[Step]:
    head = name(identity)
    parts = [f"HANDLER {str(a['handler']).partition('(')[0]}"] if "handler" in a else []
    parts += [f"VALIDATOR {str(a['validator']).partition('(')[0]}"] if "validator" in a else []
    made = " ".join([f"CREATE FOREIGN DATA WRAPPER {head}", *parts]) + _options(a)
    yield Step(unless(exists("pg_foreign_data_wrapper", "fdw", identity.path[0]), made))


def _create_foreign_server(identity: Identity, a: Attributes) -> Iterator[Step]:
    head = name(identity)
    parts = [f"TYPE {literal(str(a['type']))}"] if "type" in a else []
    parts += [f"VERSION {literal(str(a['version']))}"] if "version" in a else []
    parts.append(f"FOREIGN DATA WRAPPER {quoted(str(a['wrapper']))}")
    hidden = [option for option in strings(a.get("server_options")) if option.endswith("=(hidden)")]
    note = f"{identity}: its secret options are not in the snapshot" if hidden else None
    yield Step(" ".join([f"CREATE SERVER IF NOT EXISTS {head}", *parts]) + _options(a), note=note)


def _create_user_mapping(identity: Identity, _: Attributes) -> Iterator[Step]:
    yield Step(
        f"CREATE USER MAPPING IF NOT EXISTS FOR {role(identity.path[1])} SERVER {quoted(identity.path[0])}",
        note=f"{identity}: its options are not in the snapshot",
    )


_CREATORS = {
    "schema": _create_schema,
    "extension": _create_extension,
    "sequence": _create_sequence,
    "owned by": _create_owned_by,
    "policy": _create_policy,
    "statistics": _create_statistics,
    "collation": _create_collation,
    "cast": _create_cast,
    "operator": _create_operator,
    "publication": _create_publication,
    "publication table": _create_publication_table,
    "publication schema": _create_publication_schema,
    "text search configuration": _create_text_search_configuration,
    "text search dictionary": _create_text_search_dictionary,
    "foreign data wrapper": _create_foreign_data_wrapper,
    "foreign server": _create_foreign_server,
    "user mapping": _create_user_mapping,
}
