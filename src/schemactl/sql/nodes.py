"""Reading libpg_query's JSON: mappings where zero, false and empty fields are absent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemactl.sql.names import Name

Node = Mapping[str, Any]
_FALSE = frozenset({"false", "off", "no", "0"})


def relation_name(relation: Node) -> Name:
    """The name in a RangeVar."""
    return Name(relation.get("schemaname"), relation["relname"])


def strings(items: Sequence[Node]) -> list[str]:
    """The texts of the String nodes in a list; a star among them is left out."""
    return [item["String"].get("sval", "") for item in items if "String" in item]


def list_name(items: Sequence[Node]) -> Name:
    """The name in a list of String nodes; a database's name before it is dropped."""
    return qualified(strings(items))


def qualified(parts: Sequence[str]) -> Name:
    """The name made of its parts."""
    return Name(parts[-2] if len(parts) > 1 else None, parts[-1])


def type_name(node: Node) -> Name:
    """The name in a TypeName; pg_catalog is kept."""
    return list_name(node["names"])


def option(options: Sequence[Node], name: str) -> str | None:
    """The value of a DefElem as text; empty for one without a value; None where the option is absent."""
    for item in options:
        element = item["DefElem"]
        if element["defname"] == name:
            return _option_text(element.get("arg"))
    return None


def flag(options: Sequence[Node], name: str, default: bool = False) -> bool:
    """A boolean option: `(full)`, `(full true)`, `(full off)`."""
    value = option(options, name)
    return default if value is None else value.lower() not in _FALSE


def walk(node: Any, *, into_subqueries: bool = True) -> Iterator[tuple[str, Node]]:
    """Every node of a kind (`ColumnRef`, `TypeCast`…) below and including `node`, outermost first.

    Without recursion: what the parser accepts may be nested more deeply than Python's stack is.
    """
    stack = [node]
    while stack:
        item = stack.pop()
        if type(item) is tuple:
            yield item
            item = item[1]
        if type(item) is list:
            stack += item[::-1]
        elif type(item) is dict:
            for kind, inner in reversed(item.items()):
                if type(inner) is dict and kind < "a":
                    if into_subqueries or kind != "SubLink":
                        stack.append((kind, inner))
                elif type(inner) is dict or type(inner) is list:
                    stack.append(inner)


def of_kind(node: Any, wanted: str, *, into_subqueries: bool = True) -> Iterator[Node]:
    """The nodes of one kind below and including `node`, outermost first: those that `walk` gives, sooner."""
    stack = [node]
    while stack:
        item = stack.pop()
        if type(item) is list:
            stack += item[::-1]
        elif type(item) is dict:
            if wanted in item:
                yield item[wanted]
            for kind, inner in reversed(item.items()):
                if (type(inner) is dict or type(inner) is list) and (into_subqueries or kind != "SubLink"):
                    stack.append(inner)


def body(options: Sequence[Node]) -> tuple[str, int] | None:
    """The quoted body of a function or DO block, and the byte offset of its literal; None for a C symbol's pair."""
    for item in options:
        element = item["DefElem"]
        if element["defname"] == "as":
            arg = element["arg"]
            texts = strings(arg["List"]["items"]) if "List" in arg else strings([arg])
            return (texts[0], element.get("arg_location", 0)) if len(texts) == 1 else None
    return None


def _option_text(arg: Node | None) -> str:
    if not arg:
        return ""
    ((kind, value),) = arg.items()
    if kind == "TypeName":
        return type_name(value).name
    if kind == "Boolean":
        return "true" if value.get("boolval") else "false"
    if kind == "List":
        return ", ".join(_option_text(item) for item in value.get("items", ()))
    return str(value.get("sval", value.get("fval", value.get("ival", 0))))
