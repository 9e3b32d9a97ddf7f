"""`schemactl types`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemactl.cli import options
from schemactl.cli.given import load_config, override
from schemactl.cli.output import Format, emit, send
from schemactl.cli.progress import progress
from schemactl.codegen.python.style import Style
from schemactl.codegen.typescript.options import Options, Precise
from schemactl.core.errors import UsageError
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Severity
from schemactl.core.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemactl.catalog.snapshot import Snapshot
    from schemactl.codegen.model import Schema
    from schemactl.core.results import Report

app = typer.Typer()


class Language(StrEnum):
    """What the types are written in."""

    TYPESCRIPT = "typescript"
    PYTHON = "python"


_OF_PYTHON = frozenset({"--style"})
_Database = Annotated[
    str | None, typer.Option("--database", "-d", metavar="DSN", help="A live database, instead of the migrations.")
]
_Snapshot = Annotated[
    Path | None, typer.Option("--snapshot", metavar="FILE", help="A stored snapshot, instead of the migrations.")
]
_Schemas = Annotated[
    list[str] | None, typer.Option("--schema", help="Write this schema; may be repeated. Default: public.")
]
_OneToOne = Annotated[bool, typer.Option("--one-to-one", help="Say of relationships whether they are one to one.")]
_PostgREST = Annotated[
    str | None, typer.Option("--postgrest", metavar="VERSION", help="The version of PostgREST that clients use.")
]
_Precise = Annotated[
    list[Precise] | None, typer.Option("--precise", help="Say what can be known of these; may be repeated.")
]
_Style = Annotated[Style | None, typer.Option("--style", help="What a row is in Python; default: dataclass.")]
_Check = Annotated[
    Path | None,
    typer.Option("--check", metavar="FILE", help="Write nothing: compare this hand-written TypeScript by meaning."),
]


@app.command()
def types(
    language: Annotated[Language, typer.Argument(metavar="LANGUAGE", help="typescript or python.")],
    folder: options.FolderArgument = None,
    database: _Database = None,
    snapshot: _Snapshot = None,
    schema: _Schemas = None,
    one_to_one: _OneToOne = False,
    postgrest: _PostgREST = None,
    precise: _Precise = None,
    style: _Style = None,
    check: _Check = None,
    config: options.ConfigOption = None,
    postgres: options.PostgresOption = None,
    preset: options.PresetOption = None,
    output: options.FormatOption = Format.CONSOLE,
    fail_on: options.FailOnOption = Severity.ERROR,
    destination: options.OutputOption = None,
    quiet: options.QuietOption = False,
) -> int:
    """Write the types of a schema, or check those written by hand. TypeScript is exactly that of Supabase's generator.

    Migrations are applied on a throwaway Postgres; a live database is only read.
    """
    from schemactl.apply.sources import Kind, Reader, Source, recognise
    from schemactl.catalog.scope import Scope
    from schemactl.codegen.reading import read
    from schemactl.db.dsn import resolve

    if sum(given is not None for given in (folder, database, snapshot)) > 1:
        raise UsageError("a folder, --database and --snapshot are three sources", hint="Give one of them.")
    if check is None and output is not Format.CONSOLE:
        raise UsageError("--format is for --check: types are written as they are", hint="Leave it out.")
    given = {"--one-to-one": one_to_one, "--postgrest": postgrest, "--precise": precise, "--check": check}
    _check_language(language, {**given, "--style": style})
    found = override(load_config(config, folder), postgres=postgres, preset=preset)
    if database is not None:
        source = Source(Kind.DATABASE, resolve(database, projects=True))
    else:
        source = recognise(str(snapshot or found.migrations_path))
    wanted = tuple(dict.fromkeys(schema or ("public",)))
    text = _read_text(check) if check else ""
    with progress(output=output, quiet=quiet) as listener, Reader(found, Scope(), listener) as reader:
        taken = reader.read(source)
    _check_schemas(wanted, taken)
    if check:
        return emit(_compared(text, str(check), read(taken), wanted), output, destination, fail_on)
    if language is Language.PYTHON:
        from schemactl.codegen.python.module import generate as generate_python

        text = generate_python(read(taken), wanted, style or Style.DATACLASS)
    else:
        from schemactl.codegen.typescript.database import generate

        text = generate(read(taken), Options(wanted, one_to_one, postgrest, frozenset(precise or ())))
    send(text, destination)
    return ExitCode.OK


def _check_language(language: Language, given: "Mapping[str, object]") -> None:
    """Raise UsageError for an option that the language does not know."""
    for option, value in given.items():
        if value and (option in _OF_PYTHON) is not (language is Language.PYTHON):
            raise UsageError(f"{option} is not for {language.value}", hint="Leave it out.")


def _compared(text: str, file: str, schema: "Schema", schemas: tuple[str, ...]) -> "Report":
    from schemactl.codegen.check import compare, declarations

    enums = {name.key: labels for name, labels in schema.enums.items()}
    return compare.check(declarations.read(text, file, enums), schema, schemas)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UsageError(f"cannot read {path}: {reason}") from error


def _check_schemas(wanted: tuple[str, ...], snapshot: "Snapshot") -> None:
    known = [name for (name,) in snapshot.of_kind("schema")]
    for name in wanted:
        if name not in known:
            raise UsageError(f"there is no schema `{name}`", hint=did_you_mean(name, known))
