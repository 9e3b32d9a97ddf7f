"""A column is named twice.

Why: Postgres refuses it (42701).

Bad:

    UPDATE orders SET total = 1, total = 2 WHERE id = 3;

Good:

    UPDATE orders SET total = 2 WHERE id = 3;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import Site
from schemactl.sql.ddl.commands import Insert, Update
from schemactl.sql.ddl.tables import CreateTable


def check(node: CreateTable | Insert | Update, site: Site) -> Iterator[Problem]:
    """In CREATE TABLE, INSERT's list or UPDATE's SET; assignments to parts of a column are left alone."""
    names = [column.name for column in node.columns] if isinstance(node, CreateTable) else list(node.columns)
    if isinstance(node, Update):
        targets = node.node["UpdateStmt"].get("targetList", ())
        names = [target["ResTarget"].get("name", "") for target in targets if "indirection" not in target["ResTarget"]]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        yield Problem(f"{twice} is named twice (42701)", hint="Leave one of them out.", object=f"column {twice}")
