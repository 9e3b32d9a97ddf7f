"""Text to libpg_query's statements, and what it refuses to errors that say what to do."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from schemactl.core.errors import SourceError
from schemactl.sql import slips
from schemactl.sql.lines import BOM
from schemactl.sql.source import Source
from schemactl.sql.tokens import narrow

_MIB = 1024 * 1024
MAX_BYTES = 64 * _MIB
MAX_TREE = 256 * _MIB
"""Characters of libpg_query's JSON, which takes four times the room of rows of words and twenty times that of rows of
numbers; as values of Python it takes eighteen times as much again."""

_COPY = re.compile(r"\bcopy\b[^;]*?\bfrom\s+stdin\b[^;]*;", re.IGNORECASE)
_META_COMMAND = re.compile(r"\\(?:[a-z_]+\+?|[!?])", re.IGNORECASE)
_VARIABLE = re.compile(r""":(?:[a-z_0-9]+|'[a-z_0-9]+'|"[a-z_0-9]+"|\{\?[a-z_0-9]+\})""", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$?\{\{?[^}\n]*\}{1,2}|\$[a-z_]+", re.IGNORECASE)
_LOCATION = re.compile(r'"location":(\d+)')
_NEAR = re.compile(r'at or near "(.*)"$', re.DOTALL)
_NEAR_LENGTH = 40

_COPY_HINT = (
    "Write the rows as INSERT INTO … VALUES …, or load them outside the migrations: "
    "rows in the file are for psql, not for the server."
)
_SPLIT_HINT = "Split the file, or load data outside the migrations."
_VARIABLE_HINT = "Put the value itself there; only psql replaces variables."
_PLACEHOLDER_HINT = "Put the value itself there: a migration is plain SQL, and nothing fills it in."
_COMMAND_HINTS = {
    "\\i": "Put the statements of that file here, or make it a migration of its own.",
    "\\c": "Leave it out: the target is chosen by --database, never by a file.",
    "\\copy": _COPY_HINT,
    "\\.": _COPY_HINT,
    "\\set": "Put the value itself where the variable stands.",
    "\\g": "End the statement with a semicolon instead.",
    "\\if": "Use a DO block with IF … THEN … END IF.",
    "\\echo": "Leave it out, or use RAISE NOTICE in a DO block.",
    "\\timing": "Leave it out.",
}
_COMMAND_GROUPS = {
    "\\ir": "\\i",
    "\\include": "\\i",
    "\\include_relative": "\\i",
    "\\connect": "\\c",
    "\\unset": "\\set",
    "\\gset": "\\set",
    "\\gexec": "\\if",
    "\\gx": "\\g",
    "\\elif": "\\if",
    "\\else": "\\if",
    "\\endif": "\\if",
    "\\qecho": "\\echo",
    "\\warn": "\\echo",
    "\\pset": "\\timing",
    "\\q": "\\timing",
    "\\quit": "\\timing",
    "\\encoding": "\\timing",
    "\\restrict": "\\timing",
    "\\unrestrict": "\\timing",
}


def read(source: Source) -> Sequence[Mapping[str, Any]]:
    """The raw statements of a text: mappings of `stmt`, `stmt_location` and `stmt_len`, in bytes.

    Raises SourceError.
    """
    import orjson
    from pglast import parser

    text = source.text
    _check_characters(source)
    if text.startswith(BOM):
        # As many bytes as the mark, so that the offsets hold.
        text = "   " + text[1:]
    try:
        document = parser.parse_sql_json(text)
    except parser.ParseError as error:
        raise _explain(source, str(error.args[0])) from error
    if len(document) > MAX_TREE:
        raise source.error(
            f"{len(text) / _MIB:.0f} MiB of SQL in one file with more values than there is room for", None, _SPLIT_HINT
        )
    try:
        statements: Sequence[Mapping[str, Any]] = orjson.loads(document).get("stmts", ())
    except orjson.JSONDecodeError as error:
        raise _too_deep(source, _location_after(source, document, error.pos)) from error
    _check_copy(source, statements)
    return statements


def _check_characters(source: Source) -> None:
    text = source.text
    nul = text.find("\x00")
    if nul >= 0:
        raise source.error("a NUL byte, which PostgreSQL text cannot hold", nul, "Save the file as UTF-8 text.")
    size = len(text)
    if not text.isascii():
        try:
            size = len(text.encode("utf-8"))
        except UnicodeEncodeError as error:
            raise source.error(
                "half of a surrogate pair, which UTF-8 cannot hold", error.start, "Save the file as UTF-8 text."
            ) from error
    if size > MAX_BYTES:
        raise source.error(
            f"{size / _MIB:.0f} MiB of SQL in one file; {MAX_BYTES // _MIB} are the limit", None, _SPLIT_HINT
        )


def _check_copy(source: Source, statements: Sequence[Mapping[str, Any]]) -> None:
    for raw in statements:
        node = raw["stmt"].get("CopyStmt")
        if node and node.get("is_from") and "filename" not in node:
            start = source.character(raw.get("stmt_location", 0))
            command = re.compile(r"\bcopy\b", re.IGNORECASE).search(source.text, start)
            raise _copy_error(source, command.start() if command else start)


def _copy_error(source: Source, offset: int) -> SourceError:
    return source.error("COPY … FROM stdin cannot run in a migration", offset, _COPY_HINT)


def _explain(source: Source, message: str) -> SourceError:
    """The error for a text that libpg_query refuses: why a reader would, rather than where the grammar gave up."""
    offset = _error_offset(source, message)
    if message.startswith(("stack depth limit exceeded", "memory exhausted")):
        return _too_deep(source, offset)
    if offset is None:
        return source.error(message, None)
    text = source.text
    copy = _copy_before(text, offset)
    if copy is not None:
        return _copy_error(source, copy)
    command = _META_COMMAND.match(text, offset)
    if command:
        name = command.group().lower()
        hint = _COMMAND_HINTS.get(_COMMAND_GROUPS.get(name, name), "Leave it out, or write it in SQL.")
        return source.error(f"`{command.group()}` is a psql meta-command, not SQL", offset, hint)
    variable = _VARIABLE.match(text, offset)
    if variable:
        return source.error(f"`{variable.group()}` is a psql variable, not SQL", offset, _VARIABLE_HINT)
    placeholder = _PLACEHOLDER.match(text, offset)
    if placeholder:
        return source.error(f"`{placeholder.group()}` is a placeholder, not SQL", offset, _PLACEHOLDER_HINT)
    return source.error(_shortened(message), offset, slips.hint(text, offset))


def _error_offset(source: Source, message: str) -> int | None:
    """Where the parser gave up, in characters; a text that ends too early is at fault at its end.

    pglast converts the position of an error, which is in characters already, once more. Of a text that is ASCII the
    position is right, so that a second reading of the narrowed text gives it.
    """
    from pglast import parser

    if message.endswith("at end of input"):
        return len(source.text.rstrip())
    try:
        parser.parse_sql_json(narrow(source.text))
    except parser.ParseError as error:
        position: int | None = error.args[1]
        return position
    return None


def _copy_before(text: str, offset: int) -> int | None:
    """Where a COPY … FROM stdin begins whose data the parser then took for SQL."""
    from pglast import parser

    for match in _COPY.finditer(text, 0, offset):
        try:
            parser.parse_sql_json(narrow(text[: match.end()]))
        except parser.ParseError:
            continue
        return match.start()
    return None


def _too_deep(source: Source, offset: int | None) -> SourceError:
    return source.error(
        "an expression is nested too deeply to be read", offset, "Split it: some 300 operators in a row are the limit."
    )


def _location_after(source: Source, document: str, position: int) -> int | None:
    """The place of the innermost node around a position of the JSON, which writes locations last."""
    location = _LOCATION.search(document, position)
    return source.character(int(location.group(1))) if location else None


def _shortened(message: str) -> str:
    """Scanner messages quote the rest of the text; the first words will do."""
    quoted = _NEAR.search(message)
    if not quoted:
        return message
    lines = quoted.group(1).splitlines() or [""]
    near = lines[0] if len(lines) == 1 and len(lines[0]) <= _NEAR_LENGTH else lines[0][:_NEAR_LENGTH] + "…"
    return f'{message[: quoted.start(1)]}{near}"'
