"""The re-runnable form of RENAME and SET SCHEMA."""

from schemactl.sql.names import literal
from schemactl.sql.nodes import Node, list_name, relation_name
from schemactl.sql.parse import Statement
from schemactl.sql.rewrite import Words, where

_RELATIONS = frozenset(
    {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_INDEX", "OBJECT_SEQUENCE", "OBJECT_FOREIGN_TABLE"}
)
_PARTS = {
    "OBJECT_COLUMN": ("pg_attribute", "attname", "attrelid"),
    "OBJECT_TABCONSTRAINT": ("pg_constraint", "conname", "conrelid"),
    "OBJECT_TRIGGER": ("pg_trigger", "tgname", "tgrelid"),
    "OBJECT_POLICY": ("pg_policy", "polname", "polrelid"),
    "OBJECT_RULE": ("pg_rewrite", "rulename", "ev_class"),
    "OBJECT_ATTRIBUTE": ("pg_attribute", "attname", "attrelid"),
}
"""Catalog, its column of names, its column of the relation."""

_NAMED = {
    "OBJECT_SCHEMA": ("pg_namespace", "nspname"),
    "OBJECT_ROLE": ("pg_roles", "rolname"),
    "OBJECT_EXTENSION": ("pg_extension", "extname"),
    "OBJECT_PUBLICATION": ("pg_publication", "pubname"),
    "OBJECT_EVENT_TRIGGER": ("pg_event_trigger", "evtname"),
    "OBJECT_LANGUAGE": ("pg_language", "lanname"),
    "OBJECT_FOREIGN_SERVER": ("pg_foreign_server", "srvname"),
    "OBJECT_FDW": ("pg_foreign_data_wrapper", "fdwname"),
}
"""Catalog and its column of names, for objects in no schema."""


def guarded_rename(statement: Statement, node: Node) -> str | None:
    """RENAME that does nothing once the old name is gone. None where that cannot be told from a catalog test."""
    kind = node["renameType"]
    if kind in _RELATIONS:
        return _if_exists(statement, node)
    if kind in _PARTS and "relation" in node:
        catalog, name, relation = _PARTS[kind]
        test = f"{name} = {literal(node['subname'])} AND {relation} = {_quoted_relation(node['relation'])}::regclass"
        return where(f"SELECT FROM pg_catalog.{catalog} WHERE {test}", statement.text)
    if kind in {"OBJECT_TYPE", "OBJECT_DOMAIN"}:
        return _where_type(statement, node)
    if kind in _NAMED:
        catalog, name = _NAMED[kind]
        old = node.get("subname") or node.get("object", {}).get("String", {}).get("sval")
        return where(f"SELECT FROM pg_catalog.{catalog} WHERE {name} = {literal(old)}", statement.text) if old else None
    return None


def guarded_schema_move(statement: Statement, node: Node) -> str | None:
    """SET SCHEMA that does nothing once the object has left its old schema."""
    if node["objectType"] in _RELATIONS:
        return _if_exists(statement, node)
    if node["objectType"] in {"OBJECT_TYPE", "OBJECT_DOMAIN"}:
        return _where_type(statement, node)
    return None


def _if_exists(statement: Statement, node: Node) -> str | None:
    if node.get("missing_ok"):
        return None
    return Words.of(statement).inserted_after("IF EXISTS", "table", "view", "index", "sequence")


def _where_type(statement: Statement, node: Node) -> str:
    """A type that has left its schema may still be on the search path: the test names the schema where it is given."""
    name = list_name(node["object"]["List"]["items"])
    return where(f"SELECT WHERE to_regtype({literal(str(name))}) IS NOT NULL", statement.text)


def _quoted_relation(relation: Node) -> str:
    return literal(str(relation_name(relation)))
