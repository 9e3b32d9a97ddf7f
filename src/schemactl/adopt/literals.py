"""Literal values in Python scripts, read and not run."""

import ast
from collections.abc import Iterable, Iterator


def constants(tree: ast.Module) -> dict[str, object]:
    """The names that a module gives a literal value."""
    found = {}
    for name, value in _assignments(tree):
        try:
            found[name] = ast.literal_eval(value)
        except ValueError:
            continue
    return found


def names(value: object) -> tuple[str, ...]:
    """One name, or many, or None, as a tuple in order."""
    if isinstance(value, str):
        return (value,)
    return tuple(sorted(map(str, value))) if isinstance(value, Iterable) else ()


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
