"""SQL for a specification: the files of queries/, with what a table does not have left out.

The files run in psql for a table that has everything. For others a line that names a column which the specification
leaves out is dropped, one that names several columns stands once for each, a line behind `--!` is for tables that lack
something, and `-- if NAME` … `-- end` brackets lines that are wanted only sometimes.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from schemactl.core.resources import read_text

_VARIABLE = re.compile(r"(?<!:):(?:'(\w+)'|\"(\w+)\")|(?<=::):(?:\"(\w+)\")")
_CONDITION = re.compile(r"-- if (\w+)")

Names = Mapping[str, str | tuple[str, ...] | None]


def build(file: str, names: Names, labels: Mapping[str, str], wanted: Collection[str] = ()) -> str:
    """The text of a file of queries/ as psycopg takes it.

    `names` fills identifiers: None drops the line, a tuple repeats it. `labels` are written in as literals, so that the
    planner sees which partial index fits; what is left are parameters, `%(limit)s`.
    """
    return fill(assemble(read_text("schemactl.jobs", f"queries/{file}.sql"), names, wanted), names, labels)


def assemble(text: str, names: Names, wanted: Collection[str] = ()) -> str:
    """The lines of a text that apply."""
    return "\n".join(_lines(text, names, wanted))


def fill(text: str, names: Names = {}, labels: Mapping[str, str] = {}) -> str:  # noqa: B006 - never written to
    """A text with psql's variables as psycopg takes it."""
    from psycopg import sql

    def replace(found: re.Match[str]) -> str:
        literal, identifier = found[1], found[2] or found[3]
        if identifier:
            return sql.Identifier(str(names[identifier])).as_string(None)
        return sql.Literal(labels[literal]).as_string(None) if literal in labels else f"%({literal})s"

    return _VARIABLE.sub(replace, text.replace("%", "%%"))


def variables(text: str) -> frozenset[str]:
    """The values that a text wants."""
    return frozenset(found[1] for found in _VARIABLE.finditer(text) if found[1])


def _lines(text: str, names: Names, wanted: Collection[str]) -> Iterator[str]:
    inside = True
    for line in text.splitlines():
        condition = _CONDITION.match(line)
        if condition:
            inside = condition[1] in wanted
        elif line == "-- end":
            inside = True
        elif inside and not line.startswith("--"):
            yield from _repeated(line.replace("--! ", "", 1), names)


def _repeated(line: str, names: Names) -> Iterator[str]:
    mentioned = {found[2] or found[3] for found in _VARIABLE.finditer(line)} - {None}
    if any(names[name] is None for name in mentioned):
        return
    for name in mentioned:
        values = names[name]
        if isinstance(values, tuple):
            # What only hangs on there being such columns stands once.
            for value in values[:1] if "/*" in line else values:
                yield line.replace(f':"{name}"', _quoted(value))
            return
    yield line


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
