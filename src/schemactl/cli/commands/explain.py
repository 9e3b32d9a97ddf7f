"""schemactl explain."""

from typing import Annotated

import typer

from schemactl.cli import explanations
from schemactl.cli.explanations import Page
from schemactl.cli.options import FormatOption, OutputOption
from schemactl.cli.output import Format, emit
from schemactl.core.errors import UsageError
from schemactl.core.findings import Severity
from schemactl.core.results import Report, Text
from schemactl.core.words import nearest

app = typer.Typer()


@app.command()
def explain(
    word: Annotated[
        str | None,
        typer.Argument(metavar="WORD", help="A rule, a check, an exit code, a SQLSTATE, a directive or a key."),
    ] = None,
    output: FormatOption = Format.CONSOLE,
    destination: OutputOption = None,
) -> int:
    """Say what a word in schemactl's output means.

    What it stands for, and what to do about it.
    Without a word, list those that there are.
    """
    report = _index() if word is None else _found(word)
    return emit(report, output, destination, Severity.ERROR)


def _index() -> Report:
    known = explanations.known()
    return Report(
        command="explain",
        summary=f"{sum(map(len, known.values()))} words can be explained: schemactl explain WORD",
        sections=tuple(Text(kind, ", ".join(words)) for kind, words in known.items()),
        details={"words": known},
    )


def _found(word: str) -> Report:
    pages = explanations.find(word)
    if not pages:
        near = nearest(word, [name for names in explanations.known().values() for name in names])
        hint = f"Did you mean `{near}`?" if near else "`schemactl explain` lists the words that have a page."
        raise UsageError(f"nothing is known about `{word}`", hint=hint)
    return Report(
        command="explain",
        summary=", ".join(f"{page.kind} {page.name}" for page in pages),
        sections=tuple(Text(f"{page.kind} {page.name}", page.text) for page in pages),
        details={"pages": [_details(page) for page in pages]},
    )


def _details(page: Page) -> dict[str, str]:
    return {"kind": page.kind, "name": page.name, "text": page.text}
