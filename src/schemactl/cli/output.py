"""Where a command's result goes: standard output or a file; errors and progress go to standard error."""

import os
import sys
from dataclasses import replace
from enum import StrEnum
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import TextIO

from schemactl.core.errors import SchemactlError, UsageError
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Severity
from schemactl.core.results import Report


class Format(StrEnum):
    """How a report is written."""

    CONSOLE = "console"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    HTML = "html"


_PLAIN = str.maketrans({"─": "-", "│": "|", "✓": "+", "✗": "x", "–": "-", "…": "~", "→": ">"})


def emit(report: Report, output: Format, destination: Path | None, fail_on: Severity) -> ExitCode:
    """Write the report and say how the command ends.

    Raises UsageError when `destination` cannot be written.
    """
    send(rendered(report, output, destination, fail_on), destination)
    return ExitCode.OK if report.ok(fail_on) else ExitCode.FINDINGS


def warm(output: Format) -> None:
    """Import what draws the console's report while the caller waits for a server."""
    if output is Format.CONSOLE:
        Thread(target=import_module, args=("schemactl.report.painted",)).start()


def rendered(report: Report, output: Format, destination: Path | None, fail_on: Severity) -> str:
    """The report as text, in colour where it goes to a terminal."""
    from schemactl.report import render

    if output is Format.SARIF:
        from schemactl.cli.explanations import pages_of

        report = replace(report, pages=pages_of(finding.rule for finding in report.findings))
    return render(report, output.value, fail_on=fail_on, colour=destination is None and wants_colour(sys.stdout))


def send(text: str, destination: Path | None) -> None:
    """Write `text` to a file, or to standard output. Raises UsageError when the file cannot be written."""
    if destination is None:
        write(sys.stdout, text)
        return
    try:
        destination.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
    except OSError as error:
        raise UsageError(f"cannot write {destination}: {error.strerror}") from error


def wants_colour(stream: TextIO) -> bool:
    """Whether escape sequences are welcome: on a terminal, unless NO_COLOR or a dumb terminal say otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def write(stream: TextIO, text: str) -> None:
    """Write `text`, whatever the stream can encode."""
    stream.write(writable(text, stream))
    stream.flush()


def writable(text: str, stream: TextIO) -> str:
    """The text as the stream can encode it: lines and marks as ASCII has them, the rest escaped."""
    encoding = stream.encoding or "utf-8"
    try:
        "─│✓✗".encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN)
    return text.encode(encoding, "backslashreplace").decode(encoding)


def wanted_format(args: list[str]) -> Format:
    """The format asked for, read before the arguments are parsed, so that a usage error can honour it too."""
    for before, value in pairwise(["", *args]):
        attached = value.startswith(("--format=", "-f"))
        text = value.removeprefix("--format=").removeprefix("-f") if attached else value
        if (attached or before in ("--format", "-f")) and text in set(Format):
            return Format(text)
    return Format.CONSOLE


def show_error(error: SchemactlError, output: Format) -> None:
    """Say what happened, where, and what to do; as JSON on standard output when JSON was asked for."""
    if output is Format.JSON:
        from schemactl.report.json import render_error

        write(sys.stdout, render_error(error))
        return
    from schemactl.report.words import printable

    hint = f"  hint: {error.hint}\n" if error.hint else ""
    write(sys.stderr, printable(f"error: {error}\n{hint}"))
