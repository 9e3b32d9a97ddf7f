"""The re-runnable form of CREATE PUBLICATION, and of ALTER PUBLICATION that adds and drops."""

from schemactl.sql.names import literal, quoted
from schemactl.sql.nodes import Node, relation_name
from schemactl.sql.parse import Statement
from schemactl.sql.rewrite import Words, unless, unless_each, where_each

_IN_SCHEMA = "TABLES IN SCHEMA"
_TABLE = (
    "SELECT FROM pg_catalog.pg_publication_rel AS r JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid"
    " WHERE p.pubname = {} AND r.prrelid = to_regclass({})"
)
_SCHEMA = (
    "SELECT FROM pg_catalog.pg_publication_namespace AS n JOIN pg_catalog.pg_publication AS p ON p.oid = n.pnpubid"
    " WHERE p.pubname = {} AND n.pnnspid = to_regnamespace({})"
)


def created(statement: Statement, node: Node) -> str:
    """A DO block that asks pg_publication."""
    return unless(f"SELECT FROM pg_catalog.pg_publication WHERE pubname = {literal(node['pubname'])}", statement.text)


def altered(statement: Statement, node: Node) -> str | None:
    """A DO block that asks for each table and schema whether it is there; None where something else is altered."""
    action = node.get("action") if "pubobjects" in node else None
    wrap = {"AP_AddObjects": unless_each, "AP_DropObjects": where_each}.get(action or "")
    if wrap is None:
        return None
    words = Words.of(statement)
    verb = words.find("add", "drop", after=3)
    objects = [item["PublicationObjSpec"] for item in node["pubobjects"]]
    pieces = words.parts(verb + 1) if verb is not None else []
    if len(pieces) != len(objects):
        return None
    head = words.between(0, verb + 1) if verb is not None else ""
    return wrap(_each(head, node["pubname"], objects, pieces))


def _each(head: str, publication: str, objects: list[Node], pieces: list[str]) -> list[tuple[str, str]]:
    """For each object a query that finds it, and the statement about it alone."""
    found = []
    for spec, piece in zip(objects, pieces, strict=True):
        query, keywords = _object(spec, literal(publication))
        said = piece.split(None, 1)[0].lower() in {"table", "tables"}
        found.append((query, f"{head} {piece}" if said else f"{head} {Words(head).styled(keywords)} {piece}"))
    return found


def _object(spec: Node, publication: str) -> tuple[str, str]:
    """The query, and the key words that may be left out behind another object of the kind."""
    match spec["pubobjtype"]:
        case "PUBLICATIONOBJ_TABLE":
            table = relation_name(spec["pubtable"]["relation"])
            return _TABLE.format(publication, literal(str(table))), "TABLE"
        case "PUBLICATIONOBJ_TABLES_IN_SCHEMA":
            return _SCHEMA.format(publication, literal(quoted(spec["name"]))), _IN_SCHEMA
    return _SCHEMA.format(publication, "quote_ident(current_schema())"), _IN_SCHEMA
