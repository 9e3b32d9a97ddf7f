"""The re-runnable form of a statement: SQL to write instead of what fails when it is run again.

Run once, the guarded text ends in the catalog that the statement ends in; run again, it changes nothing and raises
nothing. `IF NOT EXISTS` looks at the name only, and so do the guards here.
"""

from collections.abc import Callable

from schemactl.sql import guarded_publications, guarded_tables
from schemactl.sql.default_names import index_name
from schemactl.sql.guarded_names import guarded_rename, guarded_schema_move
from schemactl.sql.names import Name, literal, quoted
from schemactl.sql.nodes import Node, list_name, relation_name
from schemactl.sql.parse import Statement
from schemactl.sql.rewrite import Words, ignoring, unless, where

Guard = Callable[[Statement, Node], str | None]


def guarded(statement: Statement) -> str | None:
    """The text to write instead, without a semicolon at its end.

    None where the statement can be run again as it is, as far as its text shows, and where no guard is known: what runs
    outside transactions, changes rows, or is not DDL.
    """
    guard = _GUARDS.get(statement.kind)
    text = guard(statement, statement.node) if guard else None
    return None if text == statement.text else text


def _if_not_exists(*after: str) -> Guard:
    """IF NOT EXISTS after the first of the words."""

    def guard(statement: Statement, node: Node) -> str | None:
        if node.get("if_not_exists"):
            return None
        return Words.of(statement).inserted_after("IF NOT EXISTS", *after)

    return guard


def _or_replace(statement: Statement, node: Node) -> str | None:
    return None if node.get("replace") else Words.of(statement).inserted_after("OR REPLACE", "create")


def _skipping(exception: str) -> Guard:
    return lambda statement, _node: ignoring(exception, statement.text)


def _index(statement: Statement, node: Node) -> str | None:
    if node.get("if_not_exists"):
        return None
    name = Name(relation_name(node["relation"]).schema, index_name(node))
    words = Words.of(statement)
    after = words.find("index", "concurrently") if not node.get("concurrent") else words.find("concurrently")
    if after is None:
        return None
    named = statement.text
    if "idxname" not in node:
        end = words.words[after].end
        named = f"{named[:end]} {quoted(name.name)}{named[end:]}"
    if node.get("concurrent"):
        # A build that failed leaves an invalid index behind, which IF NOT EXISTS would take for the real one.
        return f"{words.styled('DROP INDEX CONCURRENTLY IF EXISTS')} {name};\n{named}"
    return Words(named).with_insertion(after, "IF NOT EXISTS")


def _schema(statement: Statement, node: Node) -> str | None:
    if "schemaElts" in node:
        return ignoring("duplicate_schema", statement.text)
    return _if_not_exists("schema")(statement, node)


def _table_as(statement: Statement, node: Node) -> str | None:
    return _if_not_exists("view" if node["objtype"] == "OBJECT_MATVIEW" else "table")(statement, node)


def _statistics(statement: Statement, node: Node) -> str | None:
    return _if_not_exists("statistics")(statement, node) if "defnames" in node else None


def _role(statement: Statement, node: Node) -> str:
    return unless(f"SELECT FROM pg_catalog.pg_roles WHERE rolname = {literal(node['role'])}", statement.text)


def _type(statement: Statement, name: Name) -> str:
    # Not by catching duplicate_object: to an enum that a subtransaction made PostgreSQL adds no label that can be used
    # before the COMMIT (55P04), which from version 17 on it does to one of the transaction itself (pg_enum.c).
    schema = literal(quoted(name.schema)) if name.schema else "quote_ident(current_schema())"
    found = f"typname = {literal(name.name)} AND typnamespace = {schema}::regnamespace"
    return unless(f"SELECT FROM pg_catalog.pg_type WHERE {found}", statement.text)


def _event_trigger(statement: Statement, node: Node) -> str:
    found = f"evtname = {literal(node['trigname'])}"
    return unless(f"SELECT FROM pg_catalog.pg_event_trigger WHERE {found}", statement.text)


def _define(statement: Statement, node: Node) -> str | None:
    match node["kind"]:
        case "OBJECT_AGGREGATE":
            return _or_replace(statement, node)
        case "OBJECT_COLLATION":
            return _if_not_exists("collation")(statement, node)
        case "OBJECT_OPERATOR":
            return ignoring("duplicate_function", statement.text)
    # Text search objects are held apart by their catalogs' unique indexes alone.
    search = node["kind"].startswith("OBJECT_TS")
    return ignoring("unique_violation" if search else "duplicate_object", statement.text)


def _policy(statement: Statement, node: Node) -> str:
    return _dropped_first(statement, "POLICY", node["policy_name"], node["table"])


def _trigger(statement: Statement, node: Node) -> str | None:
    if node.get("replace"):
        return None
    if node.get("isconstraint"):
        return _dropped_first(statement, "TRIGGER", node["trigname"], node["relation"])
    return Words.of(statement).inserted_after("OR REPLACE", "create")


def _dropped_first(statement: Statement, kind: str, name: str, table: Node) -> str:
    words = Words.of(statement)
    drop, on = words.styled(f"DROP {kind} IF EXISTS"), words.styled("ON")
    return f"{drop} {quoted(name)} {on} {relation_name(table)};\n{statement.text}"


def _drop(statement: Statement, node: Node) -> str | None:
    if node.get("missing_ok"):
        return None
    words = Words.of(statement)
    kind_ends = _DROPPED_KIND_WORDS.get(node.get("removeType", ""), 1)
    return words.with_insertion(kind_ends + bool(node.get("concurrent")), "IF EXISTS")


_DROPPED_KIND_WORDS = {
    "OBJECT_MATVIEW": 2,
    "OBJECT_EVENT_TRIGGER": 2,
    "OBJECT_FOREIGN_TABLE": 2,
    "OBJECT_ACCESS_METHOD": 2,
    "OBJECT_OPCLASS": 2,
    "OBJECT_OPFAMILY": 2,
    "OBJECT_FDW": 3,
    "OBJECT_TSCONFIGURATION": 3,
    "OBJECT_TSDICTIONARY": 3,
    "OBJECT_TSPARSER": 3,
    "OBJECT_TSTEMPLATE": 3,
}
"""How many words follow DROP; one where nothing is said."""


def _drop_user_mapping(statement: Statement, node: Node) -> str | None:
    return None if node.get("missing_ok") else Words.of(statement).with_insertion(2, "IF EXISTS")


def _enum(statement: Statement, node: Node) -> str | None:
    enum = list_name(node["typeName"])
    if "oldVal" in node:
        label = f"enumlabel = {literal(node['oldVal'])} AND enumtypid = {literal(str(enum))}::regtype"
        return where(f"SELECT FROM pg_catalog.pg_enum WHERE {label}", statement.text)
    if node.get("skipIfNewValExists"):
        return None
    return Words.of(statement).inserted_after("IF NOT EXISTS", "value")


def _domain(statement: Statement, node: Node) -> str | None:
    name = node.get("def", {}).get("Constraint", {}).get("conname")
    if node["subtype"] == "C" and name:
        found = f"conname = {literal(name)} AND contypid = {literal(str(list_name(node['typeName'])))}::regtype"
        return unless(f"SELECT FROM pg_catalog.pg_constraint WHERE {found}", statement.text)
    if node["subtype"] == "X" and not node.get("missing_ok"):
        words = Words.of(statement)
        return words.inserted_after("IF EXISTS", "constraint")
    return None


def _insert(statement: Statement, node: Node) -> str | None:
    if "onConflictClause" in node:
        return None
    words = Words.of(statement)
    returning = words.find("returning")
    text = words.styled("ON CONFLICT DO NOTHING")
    if returning is None:
        return f"{statement.text}\n{text}"
    start = words.words[returning].start
    return f"{statement.text[:start].rstrip()}\n{text}\n{statement.text[start:]}"


_GUARDS: dict[str, Guard] = {
    "CreateStmt": _if_not_exists("table"),
    "CreateForeignTableStmt": lambda statement, node: _if_not_exists("table")(statement, node["base"]),
    "CreateTableAsStmt": _table_as,
    "CreateSeqStmt": _if_not_exists("sequence"),
    "CreateExtensionStmt": _if_not_exists("extension"),
    "CreateForeignServerStmt": _if_not_exists("server"),
    "CreateUserMappingStmt": _if_not_exists("mapping"),
    "CreateStatsStmt": _statistics,
    "CreateSchemaStmt": _schema,
    "IndexStmt": _index,
    "ViewStmt": _or_replace,
    "CreateFunctionStmt": _or_replace,
    "RuleStmt": _or_replace,
    "CreateTransformStmt": _or_replace,
    "CreatePLangStmt": _or_replace,
    "CreateTrigStmt": _trigger,
    "CreatePolicyStmt": _policy,
    "CreateRoleStmt": _role,
    "DefineStmt": _define,
    "CreateEnumStmt": lambda statement, node: _type(statement, list_name(node["typeName"])),
    "CompositeTypeStmt": lambda statement, node: _type(statement, relation_name(node["typevar"])),
    "CreateRangeStmt": lambda statement, node: _type(statement, list_name(node["typeName"])),
    "CreateDomainStmt": lambda statement, node: _type(statement, list_name(node["domainname"])),
    "CreatePublicationStmt": guarded_publications.created,
    "CreateEventTrigStmt": _event_trigger,
    "CreateFdwStmt": _skipping("duplicate_object"),
    "CreateCastStmt": _skipping("duplicate_object"),
    "CreateConversionStmt": _skipping("duplicate_object"),
    "CreateAmStmt": _skipping("duplicate_object"),
    "CreateOpClassStmt": _skipping("duplicate_object"),
    "CreateOpFamilyStmt": _skipping("duplicate_object"),
    "AlterEnumStmt": _enum,
    "AlterDomainStmt": _domain,
    "AlterPublicationStmt": guarded_publications.altered,
    "AlterTableStmt": guarded_tables.guarded,
    "RenameStmt": guarded_rename,
    "AlterObjectSchemaStmt": guarded_schema_move,
    "DropStmt": _drop,
    "DropRoleStmt": _drop,
    "DropdbStmt": _drop,
    "DropTableSpaceStmt": _drop,
    "DropSubscriptionStmt": _drop,
    "DropUserMappingStmt": _drop_user_mapping,
    "InsertStmt": _insert,
}
