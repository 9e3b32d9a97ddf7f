"""Size, contracts between rooms, and docstrings."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pglast
from tests.meta.tree import ROOT, SOURCE, files, modules, name

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
VARIABLE = re.compile(r":'\w+'")
IDENTIFIER = re.compile(r"(?<!:):(?=\")|(?<=::):(?=\")")
"""psql's, which Postgres' own grammar does not know."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_rooms_import_downward_only():
    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [program, "--no-cache"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
    )
    assert result.returncode == 0, result.stdout


def test_no_file_is_too_long():
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    lengths = {
        f"{name(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, Function)
    }
    assert {place: length for place, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_what_is_public_has_a_docstring():
    bare = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in public(tree(path))
        if not ast.get_docstring(node)
    ]
    assert bare == []


def test_sql_in_the_package_parses():
    broken = {}
    for path in files():
        if path.suffix == ".sql" and path.is_relative_to(SOURCE):
            try:
                pglast.parse_sql(IDENTIFIER.sub("", VARIABLE.sub("'1'", path.read_text(encoding="utf-8"))))
            except pglast.Error as error:
                broken[name(path)] = str(error)
    assert broken == {}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def public(node: ast.Module | ast.ClassDef) -> Iterator[Function | ast.ClassDef]:
    for child in node.body:
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)
