"""What the subjects that lint share: files made of the example tree's own statements, and the linters."""

import sys
from collections.abc import Iterator
from importlib.metadata import version
from itertools import cycle
from pathlib import Path

import schemactl
from benchmarks import peers
from benchmarks.measure import Contender, seconds
from benchmarks.peers import Missing
from schemactl.sql.parse import parse

ROOT = Path(__file__).parents[2]
# What no linter in Python on libpg_query can be faster than: start, parse, and read the trees.
_PARSE_ALONE = """
import gc, sys
from pathlib import Path
gc.disable()
from orjson import loads
from pglast.parser import parse_sql_json
where = Path(sys.argv[1])
for file in sorted(where.rglob("*.sql")) if where.is_dir() else [where]:
    loads(parse_sql_json(file.read_text(encoding="utf-8")))
"""
FILE_SIZE = 1_760  # characters; 342 files make 600 KB


def write(folder: Path, files: int) -> Path:
    """`files` numbered migrations of whole statements, FILE_SIZE or a little more each."""
    folder.mkdir()
    source = _statements()
    for number in range(1, files + 1):
        text = f"-- file {number}\n"
        while len(text) < FILE_SIZE:
            text += next(source) + ";\n"
        (folder / f"{number:05}_bench.sql").write_text(text, encoding="utf-8")
    return folder


def contenders(target: Path, scratch: Path, *options: str) -> tuple[list[Contender], str]:
    """schemactl, for the first time and unchanged, and squawk on a file or folder, all as JSON; and who is missing.

    `options` are schemactl's own.
    """
    program, environment = peers.installed(scratch)
    ours: list[str | Path] = [program, "lint", target, "--format", "json", *options]
    seconds(ours, environment, fine=1)
    found = [
        Contender("schemactl", schemactl.__version__, lambda: seconds([*ours, "--no-cache"], environment, fine=1)),
        Contender("schemactl, unchanged", schemactl.__version__, lambda: seconds(ours, environment, fine=1)),
    ]
    parse_alone = [sys.executable, "-c", _PARSE_ALONE, str(target)]
    found.append(Contender("Python and pglast, parse alone", version("pglast"), lambda: seconds(parse_alone)))
    try:
        squawk, theirs_is = peers.squawk()
    except Missing as error:
        return found, str(error)
    files = sorted(target.rglob("*.sql")) if target.is_dir() else [target]
    theirs = [squawk, "--reporter", "json", *map(str, files)]
    return [*found, Contender("squawk", theirs_is, lambda: seconds(theirs, fine=1))], ""


def _statements() -> Iterator[str]:
    """The text of every statement of the example tree and of the plans as first written, over and over."""
    paths = sorted([*(ROOT / "migrations").glob("*.sql"), *(ROOT / "tests/cases/plans").rglob("*.sql")])
    scripts = [parse(path.read_text(encoding="utf-8"), path.name) for path in paths]
    return cycle([statement.text for script in scripts for statement in script.statements])
