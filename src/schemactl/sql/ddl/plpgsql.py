"""The SQL statements inside a PL/pgSQL body, and under what condition each runs."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from schemactl.sql.ddl.commands import Dynamic
from schemactl.sql.ddl.lower import lower
from schemactl.sql.ddl.node import Node
from schemactl.sql.ddl.words import constant

Json = Mapping[str, Any]

NEVER = ""
CONDITION = "condition"
CATALOG = "catalog"

_TAG = "$schemactl_body$"
_ASKS_CATALOG = re.compile(r"\b(?:pg_[a-z_]+|information_schema|to_reg[a-z]+|has_[a-z_]+_privilege)\b", re.IGNORECASE)
_LITERAL = re.compile(r"^\s*(?:E?'(?:[^']|'')*'|\$(\w*)\$.*\$\1\$)\s*$", re.DOTALL)
# Conditions that stand for others (plpgsql's plerrcodes.h); `others` catches all of ours.
DUPLICATES = frozenset(
    {
        "others",
        "duplicate_object",
        "duplicate_table",
        "duplicate_column",
        "duplicate_schema",
        "duplicate_function",
        "duplicate_alias",
        "duplicate_database",
        "unique_violation",
        "syntax_error_or_access_rule_violation",
    }
)


_OPAQUE: tuple[str, Json] = ("Dynamic", {})


class Nested(NamedTuple):
    """A statement of a body; `raw` is its kind and parse tree.

    `start` and `end` are offsets in the body, -1 where its text is computed.

    `guard` is empty, `condition` (an IF, a loop) or `catalog` (an IF that looks into the catalog). `caught` holds the
    conditions of the enclosing exception handlers.
    """

    node: Node
    raw: tuple[str, Json]
    start: int
    end: int
    guard: str
    caught: frozenset[str]


class _Where(NamedTuple):
    guard: str = NEVER
    caught: frozenset[str] = frozenset()


def read(body: str) -> list[Nested] | None:
    """The statements of a DO block or of a function, in order; None when the body cannot be read."""
    import orjson
    from pglast import parser

    if _TAG in body or "\x00" in body:
        return None
    try:
        document = orjson.loads(parser.parse_plpgsql_json(f"DO {_TAG}{body}{_TAG}"))
    except (parser.ParseError, orjson.JSONDecodeError, UnicodeEncodeError, ValueError):
        return None
    return list(_Reader(body).statements(document, _Where()))


def mistake(statement: str) -> str | None:
    """What PostgreSQL's parser says against the body of a PL/pgSQL function; `statement` is the whole CREATE FUNCTION.

    Nothing is said where libpg_query knows too little: it resolves no types outside pg_catalog and public, and takes
    arrays of composite types for `_record`.
    """
    from pglast import parser

    try:
        parser.parse_plpgsql_json(statement)
    except parser.ParseError as error:
        message = str(error.args[0])
        return None if message.startswith("Not implemented") or "_record" in message else message
    except ValueError:
        return None
    return None


def read_function(statement: str, body: str) -> list[Nested] | None:
    """The statements of a PL/pgSQL function's body; None when it cannot be read.

    `statement` is the whole CREATE FUNCTION, whose arguments the body may name.
    """
    import orjson
    from pglast import parser

    try:
        document = orjson.loads(parser.parse_plpgsql_json(statement))
    except (parser.ParseError, ValueError):
        return None
    return list(_Reader(body).statements(document, _Where()))


class _Reader:
    """Walks PL/pgSQL's tree; finds each query in the text by looking for it behind the one before."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.cursor = 0

    def statements(self, node: Any, where: _Where) -> Iterator[Nested]:
        if isinstance(node, list):
            for item in node:
                yield from self.statements(item, where)
                if _leaves_when_present(item):
                    where = where._replace(guard=CATALOG)
        elif isinstance(node, dict):
            for kind, inner in node.items():
                visit = _VISITORS.get(kind, _Reader.visit_descend)
                yield from visit(self, inner, where)

    def visit_descend(self, inner: Any, where: _Where) -> Iterator[Nested]:
        if isinstance(inner, dict | list):
            yield from self.statements(inner, where)

    def visit_nothing(self, _inner: Any, _where: _Where) -> Iterator[Nested]:
        return iter(())

    def visit_block(self, inner: Json, where: _Where) -> Iterator[Nested]:
        handlers = inner.get("exceptions", {}).get("PLpgSQL_exception_block", {}).get("exc_list", ())
        caught = frozenset(
            condition["PLpgSQL_condition"].get("condname", "others")
            for handler in handlers
            for condition in handler["PLpgSQL_exception"].get("conditions", ())
        )
        yield from self.statements(inner.get("body", []), where._replace(caught=where.caught | caught))
        for handler in handlers:
            actions = handler["PLpgSQL_exception"].get("action", [])
            yield from self.statements(actions, where._replace(guard=where.guard or CONDITION))

    def visit_if(self, inner: Json, where: _Where) -> Iterator[Nested]:
        guard = _guard(inner.get("cond"), where)
        yield from self.statements(inner.get("then_body", []), where._replace(guard=guard))
        for branch in inner.get("elsif_list", ()):
            other = _guard(branch["PLpgSQL_if_elsif"].get("cond"), where)
            yield from self.statements(branch["PLpgSQL_if_elsif"].get("stmts", []), where._replace(guard=other))
        yield from self.statements(inner.get("else_body", []), where._replace(guard=guard))

    def visit_loop(self, inner: Json, where: _Where) -> Iterator[Nested]:
        guard = where.guard or (CATALOG if _ASKS_CATALOG.search(str(inner.get("query", ""))) else CONDITION)
        yield from self.statements(inner.get("body", []), where._replace(guard=guard))

    def visit_sql(self, inner: Json, where: _Where) -> Iterator[Nested]:
        yield from self._parse(inner["sqlstmt"]["PLpgSQL_expr"]["query"], where)

    def visit_perform(self, inner: Json, where: _Where) -> Iterator[Nested]:
        query = _query(inner.get("expr"))
        start, end = self._find(query.removeprefix("SELECT "))
        for nested in self._parse(query, where):
            yield nested._replace(start=start, end=end)

    def visit_dynamic(self, inner: Json, where: _Where) -> Iterator[Nested]:
        query = inner["query"]["PLpgSQL_expr"]["query"]
        start, end = self._find(query)
        text = _literal(query)
        if text is None:
            yield Nested(Dynamic(text=query), _OPAQUE, start, end, where.guard, where.caught)
            return
        for nested in self._parse(text, where):
            yield nested._replace(start=start, end=end)

    def _parse(self, text: str, where: _Where) -> Iterator[Nested]:
        import orjson
        from pglast import parser

        start, end = self._find(text)
        try:
            raws = orjson.loads(parser.parse_sql_json(text)).get("stmts", ())
        except (parser.ParseError, orjson.JSONDecodeError):
            yield Nested(Dynamic(text=text), _OPAQUE, start, end, where.guard, where.caught)
            return
        for raw in raws:
            ((kind, node),) = raw["stmt"].items()
            yield Nested(lower(kind, node), (kind, node), start, end, where.guard, where.caught)

    def _find(self, text: str) -> tuple[int, int]:
        found = self.body.find(text, self.cursor)
        if found < 0:
            return -1, -1
        self.cursor = found + len(text)
        return found, self.cursor


_Visitor = Callable[[_Reader, Any, _Where], Iterator[Nested]]
_VISITORS: dict[str, _Visitor] = {
    "datums": _Reader.visit_nothing,  # the variables: as many nodes as all the rest
    "PLpgSQL_stmt_block": _Reader.visit_block,
    "PLpgSQL_stmt_if": _Reader.visit_if,
    "PLpgSQL_stmt_loop": _Reader.visit_loop,
    "PLpgSQL_stmt_while": _Reader.visit_loop,
    "PLpgSQL_stmt_fori": _Reader.visit_loop,
    "PLpgSQL_stmt_fors": _Reader.visit_loop,
    "PLpgSQL_stmt_dynfors": _Reader.visit_loop,
    "PLpgSQL_stmt_foreach_a": _Reader.visit_loop,
    "PLpgSQL_stmt_execsql": _Reader.visit_sql,
    "PLpgSQL_stmt_perform": _Reader.visit_perform,
    "PLpgSQL_stmt_dynexecute": _Reader.visit_dynamic,
}


def _query(node: Json | None) -> str:
    text: str = (node or {}).get("PLpgSQL_expr", {}).get("query", "")
    return text


def _guard(condition: Json | None, where: _Where) -> str:
    return CATALOG if CATALOG in (where.guard, _asks(_query(condition))) else CONDITION


def _asks(query: str) -> str:
    """Whether a condition looks into the catalog, or tests that something exists."""
    return CATALOG if _ASKS_CATALOG.search(query) or "exists" in query.lower() else CONDITION


def _leaves_when_present(node: Any) -> bool:
    """`IF EXISTS (…) THEN RETURN; END IF;` guards all that follows in its block."""
    inner = node.get("PLpgSQL_stmt_if") if isinstance(node, dict) else None
    if not inner or _asks(_query(inner.get("cond"))) != CATALOG:
        return False
    body = inner.get("then_body", ())
    return bool(body) and "PLpgSQL_stmt_return" in body[-1]


def _literal(query: str) -> str | None:
    """The text of a string literal; None for any other expression."""
    import orjson
    from pglast import parser

    if not _LITERAL.match(query):
        return None
    try:
        (raw,) = orjson.loads(parser.parse_sql_json(f"SELECT {query}"))["stmts"]
    except (parser.ParseError, orjson.JSONDecodeError, ValueError):
        return None
    value = constant(raw["stmt"]["SelectStmt"]["targetList"][0]["ResTarget"].get("val"))
    return value if isinstance(value, str) else None
