"""What a function's body runs: parse trees of its statements and expressions, SQL and PL/pgSQL alike."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from schemactl.sql.ddl.expressions import operator
from schemactl.sql.ddl.node import Name
from schemactl.sql.ddl.words import qualified, relation, words
from schemactl.sql.nodes import walk

Json = Mapping[str, Any]

_TAG = "$schemactl_function$"
_DYNAMIC = frozenset({"PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"})
_EXPRESSION, _ASSIGNMENT = 2, 3  # parseMode of PLpgSQL_expr (parser.h, RawParseMode); assignments are 3 and above
_ERROR = 21  # elog.h
_HARMLESS = frozenset(
    {"SelectStmt", "VariableSetStmt", "VariableShowStmt", "CallStmt", "ReturnStmt", "RawStmt", "CreateFunctionStmt"}
)
_ARGUMENT = re.compile(r'^(?:VARIADIC )?((?:(?:IN|OUT|INOUT) )?(?:"[^"]+"|\w+)) .*$', re.DOTALL)
_BEGIN = re.compile(r"\bbegin\b", re.IGNORECASE)
_ROW = re.compile(r'[\w".]+%rowtype', re.IGNORECASE)
_DECLARED = re.compile(
    r'((?:^|;|\bdeclare\b)\s*"?\w+"?\s+(?:constant\s+)?)"?\w+"?\."?\w+"?(?:%type|\[\])?(?=\s*(?:;|:=|=|default\b|not\s+null))',
    re.IGNORECASE | re.MULTILINE,
)
_INDEXED = frozenset({"FuncCall", "RangeVar", "CommonTableExpr", "SQLValueFunction", "A_Expr"})
_WRITES = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})


@dataclass(frozen=True, eq=False)
class Body:
    """The trees; `dynamic`: the body also runs text that it makes itself. `raises`: it may stop the statement."""

    trees: tuple[Json, ...]
    dynamic: bool = False
    raises: bool = False

    @cached_property
    def nodes(self) -> Mapping[str, list[Json]]:
        """The statements and the nodes of a few more kinds, by kind."""
        found: dict[str, list[Json]] = {}
        stack: list[Any] = list(self.trees)
        while stack:
            item = stack.pop()
            if type(item) is list:
                stack += item
            elif type(item) is dict:
                for kind, inner in item.items():
                    if type(inner) is dict:
                        stack.append(inner)
                        if kind in _INDEXED or (kind < "a" and kind.endswith("Stmt")):
                            found.setdefault(kind, []).append(inner)
                    elif type(inner) is list:
                        stack.append(inner)
        return found

    def calls(self) -> Iterator[tuple[Name, list[Json]]]:
        """The functions that it calls, and with what."""
        for call in self.nodes.get("FuncCall", ()):
            yield qualified(words(call.get("funcname"))), call.get("args", [])

    def reads(self) -> set[Name]:
        """The relations that it names, those that it only writes among them; names of WITH are left out."""
        own = {inner.get("ctename") for inner in self.nodes.get("CommonTableExpr", ())}
        named = [relation(inner) for inner in self.nodes.get("RangeVar", ())]
        named += [relation(inner["relation"]) for kind in _WRITES for inner in self.nodes.get(kind, ())]
        return {name for name in named if name.schema or name.name not in own}

    def changes(self) -> Iterator[tuple[str, Json]]:
        """The statements that do more than read: their kinds and trees."""
        for kind, found in self.nodes.items():
            if kind.endswith("Stmt"):
                yield from ((kind, inner) for inner in found if kind not in _HARMLESS or "intoClause" in inner)

    def values(self) -> set[str]:
        """Who-is-there without a call: CURRENT_USER, SESSION_USER and their like, as the parser names them."""
        return {inner.get("op", "") for inner in self.nodes.get("SQLValueFunction", ())}


def read(language: str, arguments: str, result: str | None, body: str) -> Body | None:
    """The body of a function as the catalog has it; None where it cannot be read."""
    returns = f" RETURNS {result}" if result else ""
    kind = "FUNCTION" if result else "PROCEDURE"
    head = f"CREATE {kind} pg_temp.f({arguments}){returns} LANGUAGE {language}"
    if language == "sql":
        standard = body.lstrip()[:12].upper().startswith(("BEGIN ATOMIC", "RETURN "))
        trees = _trees(f"{head} {body}" if standard else body)
        return Body(tuple(trees)) if trees is not None else None
    if language != "plpgsql" or _TAG in body:
        return None
    return _plpgsql(f"{head} AS {_TAG}{body}{_TAG}") or _plpgsql(_plain(arguments, result, body))


def _plpgsql(statement: str) -> Body | None:
    import orjson
    from pglast import parser

    try:
        document = orjson.loads(parser.parse_plpgsql_json(statement))
    except (parser.ParseError, orjson.JSONDecodeError, UnicodeEncodeError, ValueError):
        return None
    queries, dynamic, raises = [], False, False
    stack: list[Any] = [document]
    while stack:
        item = stack.pop()
        if type(item) is list:
            stack += item
        elif type(item) is dict:
            dynamic = dynamic or "dynquery" in item or not _DYNAMIC.isdisjoint(item)
            raises = (
                raises
                or item.get("PLpgSQL_stmt_raise", {}).get("elog_level", 0) >= _ERROR
                or "PLpgSQL_stmt_assert" in item
            )
            if "PLpgSQL_expr" in item:
                queries.append(_statement(item["PLpgSQL_expr"]))
            stack += item.values()
    found = _trees(";\n".join(queries))
    if found is None:
        each = [_trees(query) for query in queries]
        dynamic = dynamic or None in each
        found = [tree for trees in each for tree in trees or ()]
    return Body(tuple(found), dynamic, raises)


def _plain(arguments: str, result: str | None, body: str) -> str:
    """The function with `text` and `record` for its types: libpg_query knows few others."""
    names = _with_plain_types(arguments)
    start = _BEGIN.search(body)
    declared, rest = (body[: start.start()], body[start.start() :]) if start else ("", body)
    declared = _DECLARED.sub(r"\1text", _ROW.sub("record", declared))
    words = (result or "void").split()[0]
    returns = {"void": "void", "trigger": "trigger", "SETOF": "SETOF text"}.get(words, "text")
    table = str(result)[5:] if words.startswith("TABLE") else ""
    if table:
        returns = f"TABLE({_with_plain_types(table[1:-1])})"
    return f"CREATE FUNCTION pg_temp.f({names}) RETURNS {returns} LANGUAGE plpgsql AS {_TAG}{declared}{rest}{_TAG}"


def _with_plain_types(arguments: str) -> str:
    return ", ".join(_ARGUMENT.sub(r"\1 text", part) for part in arguments.split(", "))


def _statement(expression: Json) -> str:
    query, mode = str(expression.get("query", "")), expression.get("parseMode", 0)
    if mode >= _ASSIGNMENT:
        return f"SELECT {query.partition('=')[2]}"
    return f"SELECT {query}" if mode == _EXPRESSION else query


def _trees(text: str) -> list[Json] | None:
    import orjson
    from pglast import parser

    try:
        return [raw["stmt"] for raw in orjson.loads(parser.parse_sql_json(text)).get("stmts", ()) if "stmt" in raw]
    except (parser.ParseError, orjson.JSONDecodeError, UnicodeEncodeError, ValueError):
        return None


def presented(select: Json, parameters: frozenset[str]) -> Iterator[str]:
    """The columns that a SELECT compares with a parameter: `WHERE token = p_token`."""
    for kind, inner in walk(select.get("whereClause"), into_subqueries=False):
        if kind == "A_Expr" and operator(inner) == "=":
            sides = (inner.get("lexpr", {}), inner.get("rexpr", {}))
            for side, other in (sides, sides[::-1]):
                column, given = _last(side), _last(other)
                if column and ("ParamRef" in other or given in parameters):
                    yield column


def _last(node: Json) -> str | None:
    fields = node.get("ColumnRef", {}).get("fields", ())
    text = fields[-1].get("String", {}).get("sval") if fields else None
    return str(text) if text else None
