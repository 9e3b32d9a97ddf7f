"""Older servers' words for a definition, brought to those of newer ones.

Up to version 15 a view's definition names the relation before every column; from 16 on it does not where the view reads
one relation (ruleutils.c, get_query_def: `varprefix`). Versions 16 to 18 word views alike.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemactl.sql.parse import Node

PLAIN_COLUMNS_SINCE = 160000
_RELATIONS = {"RangeVar", "RangeSubselect", "RangeFunction", "RangeTableFunc"}
_QUALIFIER = re.compile(r'(?:"(?:[^"]|"")*"|[^."\s]+)\.')


def view(definition: str) -> str:
    """The definition as version 16 would word it; unchanged where that cannot be known."""
    from schemactl.core.errors import SourceError
    from schemactl.sql.parse import parse

    try:
        (statement,) = parse(definition).statements
    except (SourceError, ValueError):
        return definition
    relations = statement.node.get("fromClause", [])
    if len(relations) != 1 or not relations[0].keys() & _RELATIONS:
        return definition
    for start in sorted(map(statement.source.character, _qualified_columns(statement.node)), reverse=True):
        definition = definition[:start] + _QUALIFIER.sub("", definition[start:], count=1)
    return definition


def _qualified_columns(query: "Node") -> Iterator[int]:
    """Where the columns with one qualifier stand, in bytes; those of sub-queries keep theirs on every version."""
    from schemactl.sql.nodes import walk

    outside = {name: part for name, part in query.items() if name not in ("fromClause", "withClause")}
    for kind, node in walk(outside, into_subqueries=False):
        if kind == "ColumnRef" and len(node["fields"]) == 2 and all("String" in field for field in node["fields"]):
            yield node.get("location", 0)
