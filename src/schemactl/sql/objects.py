"""What a statement creates, alters and drops."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from schemactl.sql.default_names import constraint_name, index_name
from schemactl.sql.names import Name, quoted
from schemactl.sql.nodes import Node, flag, list_name, option, qualified, relation_name, strings, type_name
from schemactl.sql.parse import Statement


class Action(StrEnum):
    """What happens to the object."""

    CREATE = "create"
    ALTER = "alter"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Change:
    """One object and what a statement does to it.

    `kind` is the SQL word in lower case (`table`, `materialized view`, `enum value`…). `parent` is the table of a
    column, constraint, index, trigger, policy or rule, and the type of an enum value. `conditional` is IF [NOT] EXISTS.
    """

    action: Action
    kind: str
    name: Name
    parent: Name | None = None
    conditional: bool = False
    or_replace: bool = False
    cascade: bool = False
    concurrently: bool = False

    @property
    def object(self) -> str:
        """The object in words: `policy owner_reads on public.songs`."""
        return f"{self.kind} {self.name}" + (f" on {self.parent}" if self.parent else "")


def changes(statement: Statement) -> tuple[Change, ...]:
    """The objects that a statement creates, alters or drops; empty for queries, DML and session commands.

    A table's columns and constraints are named where ALTER TABLE adds, changes or drops them, not in CREATE TABLE.
    """
    reader = _READERS.get(statement.kind)
    return tuple(reader(statement.node)) if reader else ()


_KINDS = {
    "MATVIEW": "materialized view",
    "TABCONSTRAINT": "constraint",
    "DOMCONSTRAINT": "constraint",
    "FOREIGN_SERVER": "server",
    "FDW": "foreign data wrapper",
    "STATISTIC_EXT": "statistics",
    "OPCLASS": "operator class",
    "OPFAMILY": "operator family",
    "TSCONFIGURATION": "text search configuration",
    "TSDICTIONARY": "text search dictionary",
    "TSPARSER": "text search parser",
    "TSTEMPLATE": "text search template",
}
_ON_TABLE = frozenset({"trigger", "policy", "rule"})


def kind_in_words(object_type: str) -> str:
    """`OBJECT_FOREIGN_TABLE` as `foreign table`."""
    bare = object_type.removeprefix("OBJECT_")
    return _KINDS.get(bare, bare.lower().replace("_", " "))


def _relation(kind: str, node: Node, relation: Node) -> Iterator[Change]:
    conditional = bool(node.get("if_not_exists"))
    yield Change(
        Action.CREATE, kind, relation_name(relation), conditional=conditional, or_replace=bool(node.get("replace"))
    )


def _named(kind: str, key: str, *, parent: str | None = None) -> Callable[[Node], Iterator[Change]]:
    """A reader for statements that hold one plain name, or a list of its parts, under `key`."""

    def read(node: Node) -> Iterator[Change]:
        value = node[key]
        yield Change(
            Action.CREATE,
            kind,
            Name(None, value) if isinstance(value, str) else list_name(value),
            relation_name(node[parent]) if parent else None,
            conditional=bool(node.get("if_not_exists")),
            or_replace=bool(node.get("replace")),
        )

    return read


def _create_table_as(node: Node) -> Iterator[Change]:
    return _relation(kind_in_words(node["objtype"]), node, node["into"]["rel"])


def _create_index(node: Node) -> Iterator[Change]:
    table = relation_name(node["relation"])
    yield Change(
        Action.CREATE,
        "index",
        Name(table.schema, index_name(node)),
        table,
        conditional=bool(node.get("if_not_exists")),
        concurrently=bool(node.get("concurrent")),
    )


def _create_function(node: Node) -> Iterator[Change]:
    kind = "procedure" if node.get("is_procedure") else "function"
    return _named(kind, "funcname")(node)


def _create_schema(node: Node) -> Iterator[Change]:
    name = node.get("schemaname") or node["authrole"].get("rolename", "current_user")
    yield Change(Action.CREATE, "schema", Name(None, name), conditional=bool(node.get("if_not_exists")))


def _define(node: Node) -> Iterator[Change]:
    return _named(kind_in_words(node["kind"]), "defnames")(node)


def _create_user_mapping(node: Node) -> Iterator[Change]:
    name = Name(None, f"{_role(node['user'])} on {quoted(node['servername'])}")
    yield Change(Action.CREATE, "user mapping", name, conditional=bool(node.get("if_not_exists")))


def _role(spec: Node) -> str:
    return spec.get("rolename") or str(spec["roletype"]).removeprefix("ROLESPEC_").lower()


def _create_cast(node: Node) -> Iterator[Change]:
    name = f"{type_name(node['sourcetype']).name} as {type_name(node['targettype']).name}"
    yield Change(Action.CREATE, "cast", Name(None, name))


def _alter_enum(node: Node) -> Iterator[Change]:
    value, enum = Name(None, node["newVal"]), list_name(node["typeName"])
    action = Action.ALTER if "oldVal" in node else Action.CREATE
    yield Change(action, "enum value", value, enum, conditional=bool(node.get("skipIfNewValExists")))


def _drop(node: Node) -> Iterator[Change]:
    kind = kind_in_words(node["removeType"])
    for item in node["objects"]:
        parts = _object_parts(item)
        on_table = kind in _ON_TABLE and len(parts) > 1
        yield Change(
            Action.DROP,
            kind,
            Name(None, parts[-1]) if on_table else qualified(parts),
            qualified(parts[:-1]) if on_table else None,
            conditional=bool(node.get("missing_ok")),
            cascade=node.get("behavior") == "DROP_CASCADE",
            concurrently=bool(node.get("concurrent")),
        )


def _object_parts(item: Node) -> list[str]:
    ((kind, node),) = item.items()
    match kind:
        case "List":
            return [part for inner in node["items"] for part in _object_parts(inner)]
        case "String":
            return [node.get("sval", "")]
        case "TypeName":
            return strings(node["names"])
        case "ObjectWithArgs":
            return strings(node["objname"])
        case "RoleSpec":
            return [_role(node)]
    return [kind]


def _drop_named(kind: str, key: str) -> Callable[[Node], Iterator[Change]]:
    def read(node: Node) -> Iterator[Change]:
        yield Change(Action.DROP, kind, Name(None, node[key]), conditional=bool(node.get("missing_ok")))

    return read


def _drop_role(node: Node) -> Iterator[Change]:
    for spec in node["roles"]:
        yield Change(Action.DROP, "role", Name(None, _role(spec["RoleSpec"])), conditional=bool(node.get("missing_ok")))


_PARTS = {
    "AT_AddColumn": (Action.CREATE, "column"),
    "AT_DropColumn": (Action.DROP, "column"),
    "AT_AddConstraint": (Action.CREATE, "constraint"),
    "AT_DropConstraint": (Action.DROP, "constraint"),
    "AT_AlterConstraint": (Action.ALTER, "constraint"),
    "AT_ValidateConstraint": (Action.ALTER, "constraint"),
}


def _alter_table(node: Node) -> Iterator[Change]:
    table = relation_name(node["relation"])
    kind = kind_in_words(node["objtype"])
    if kind == "type":
        kind = "composite type"
    yield Change(Action.ALTER, kind, table, conditional=bool(node.get("missing_ok")))
    for item in node["cmds"]:
        command = item["AlterTableCmd"]
        default = (Action.ALTER, "column") if "Column" in command["subtype"] else None
        part = _PARTS.get(command["subtype"], default)
        name = _part_name(table, command)
        if part and name:
            yield Change(
                part[0],
                part[1],
                Name(None, name),
                table,
                conditional=bool(command.get("missing_ok")),
                cascade=command.get("behavior") == "DROP_CASCADE",
            )


def _part_name(table: Name, command: Node) -> str | None:
    definition = command.get("def", {})
    if "ColumnDef" in definition and "colname" in definition["ColumnDef"]:
        name: str | None = definition["ColumnDef"]["colname"]
    elif "Constraint" in definition and "name" not in command:
        name = constraint_name(table.name, definition["Constraint"])
    elif "ATAlterConstraint" in definition:
        name = definition["ATAlterConstraint"].get("conname")
    else:
        name = command.get("name")
    return name


def _rename(node: Node) -> Iterator[Change]:
    kind = kind_in_words(node["renameType"])
    parent = relation_name(node["relation"]) if "relation" in node else None
    conditional = bool(node.get("missing_ok"))
    if "object" in node:
        yield Change(Action.ALTER, kind, qualified(_object_parts(node["object"])), conditional=conditional)
    elif "subname" in node and parent:
        yield Change(Action.ALTER, kind, Name(None, node["subname"]), parent, conditional=conditional)
    else:
        yield Change(Action.ALTER, kind, parent or Name(None, node["subname"]), conditional=conditional)


def _alter_object(key: str) -> Callable[[Node], Iterator[Change]]:
    def read(node: Node) -> Iterator[Change]:
        name = relation_name(node["relation"]) if "relation" in node else qualified(_object_parts(node["object"]))
        yield Change(Action.ALTER, kind_in_words(node[key]), name, conditional=bool(node.get("missing_ok")))

    return read


def _alter_domain(node: Node) -> Iterator[Change]:
    domain = list_name(node["typeName"])
    name = node.get("name") or node.get("def", {}).get("Constraint", {}).get("conname")
    yield Change(Action.ALTER, "domain", domain)
    if name and node["subtype"] in {"C", "X", "V"}:
        action = {"C": Action.CREATE, "X": Action.DROP, "V": Action.ALTER}[node["subtype"]]
        yield Change(action, "constraint", Name(None, name), domain, conditional=bool(node.get("missing_ok")))


def _alter_named(kind: str, key: str, *, parent: str | None = None) -> Callable[[Node], Iterator[Change]]:
    def read(node: Node) -> Iterator[Change]:
        table = relation_name(node[parent]) if parent else None
        yield Change(Action.ALTER, kind, Name(None, node[key]), table)

    return read


def _alter_function(node: Node) -> Iterator[Change]:
    yield Change(Action.ALTER, kind_in_words(node["objtype"]), list_name(node["func"]["objname"]))


def _alter_sequence(node: Node) -> Iterator[Change]:
    name = relation_name(node["sequence"])
    yield Change(Action.ALTER, "sequence", name, conditional=bool(node.get("missing_ok")))


def _reindex(node: Node) -> Iterator[Change]:
    if "relation" in node:
        kind = kind_in_words(node["kind"].replace("REINDEX_", ""))
        concurrently = flag(node.get("params", ()), "concurrently")
        yield Change(Action.ALTER, kind, relation_name(node["relation"]), concurrently=concurrently)


def _alter_role(node: Node) -> Iterator[Change]:
    yield Change(Action.ALTER, "role", Name(None, _role(node.get("role", {"roletype": "ROLESPEC_ALL"}))))


def _create_operator_class(node: Node) -> Iterator[Change]:
    name = list_name(node.get("opclassname") or node["opfamilyname"])
    yield Change(Action.CREATE, "operator class" if "opclassname" in node else "operator family", name)


def _create_extension(node: Node) -> Iterator[Change]:
    schema = option(node.get("options", ()), "schema")
    yield Change(Action.CREATE, "extension", Name(schema, node["extname"]), conditional=bool(node.get("if_not_exists")))


_READERS: dict[str, Callable[[Node], Iterator[Change]]] = {
    "CreateStmt": lambda node: _relation("table", node, node["relation"]),
    "CreateForeignTableStmt": lambda node: _relation("foreign table", node["base"], node["base"]["relation"]),
    "CreateTableAsStmt": _create_table_as,
    "ViewStmt": lambda node: _relation("view", node, node["view"]),
    "CreateSeqStmt": lambda node: _relation("sequence", node, node["sequence"]),
    "CompositeTypeStmt": lambda node: _relation("type", node, node["typevar"]),
    "CreateEnumStmt": _named("type", "typeName"),
    "CreateRangeStmt": _named("type", "typeName"),
    "CreateDomainStmt": _named("domain", "domainname"),
    "DefineStmt": _define,
    "IndexStmt": _create_index,
    "CreateFunctionStmt": _create_function,
    "CreateSchemaStmt": _create_schema,
    "CreateExtensionStmt": _create_extension,
    "CreateRoleStmt": _named("role", "role"),
    "CreateTrigStmt": _named("trigger", "trigname", parent="relation"),
    "CreatePolicyStmt": _named("policy", "policy_name", parent="table"),
    "RuleStmt": _named("rule", "rulename", parent="relation"),
    "CreatePublicationStmt": _named("publication", "pubname"),
    "CreateSubscriptionStmt": _named("subscription", "subname"),
    "CreateEventTrigStmt": _named("event trigger", "trigname"),
    "CreateStatsStmt": lambda node: iter(()) if "defnames" not in node else _named("statistics", "defnames")(node),
    "CreateForeignServerStmt": _named("server", "servername"),
    "CreateFdwStmt": _named("foreign data wrapper", "fdwname"),
    "CreateUserMappingStmt": _create_user_mapping,
    "CreateCastStmt": _create_cast,
    "CreateConversionStmt": _named("conversion", "conversion_name"),
    "CreateOpClassStmt": _create_operator_class,
    "CreateOpFamilyStmt": _create_operator_class,
    "CreatePLangStmt": _named("language", "plname"),
    "CreateAmStmt": _named("access method", "amname"),
    "CreatedbStmt": _named("database", "dbname"),
    "CreateTableSpaceStmt": _named("tablespace", "tablespacename"),
    "DropStmt": _drop,
    "DropRoleStmt": _drop_role,
    "DropdbStmt": _drop_named("database", "dbname"),
    "DropTableSpaceStmt": _drop_named("tablespace", "tablespacename"),
    "DropSubscriptionStmt": _drop_named("subscription", "subname"),
    "DropUserMappingStmt": _drop_named("user mapping", "servername"),
    "AlterTableStmt": _alter_table,
    "RenameStmt": _rename,
    "AlterOwnerStmt": _alter_object("objectType"),
    "AlterObjectSchemaStmt": _alter_object("objectType"),
    "AlterDomainStmt": _alter_domain,
    "AlterEnumStmt": _alter_enum,
    "AlterSeqStmt": _alter_sequence,
    "AlterFunctionStmt": _alter_function,
    "AlterPolicyStmt": _alter_named("policy", "policy_name", parent="table"),
    "AlterPublicationStmt": _alter_named("publication", "pubname"),
    "AlterSubscriptionStmt": _alter_named("subscription", "subname"),
    "AlterExtensionStmt": _alter_named("extension", "extname"),
    "AlterExtensionContentsStmt": _alter_named("extension", "extname"),
    "AlterEventTrigStmt": _alter_named("event trigger", "trigname"),
    "AlterRoleStmt": _alter_role,
    "AlterRoleSetStmt": _alter_role,
    "AlterDatabaseStmt": _alter_named("database", "dbname"),
    "AlterDatabaseSetStmt": _alter_named("database", "dbname"),
    "ReindexStmt": _reindex,
}
