"""Where a command's result goes: standard output or a file; errors and progress go to standard error."""

import json
import sys
from enum import StrEnum
from pathlib import Path

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


def emit(report: Report, output: Format, destination: Path | None, fail_on: Severity) -> ExitCode:
    """Write the report and say how the command ends.

    Raises UsageError when `destination` cannot be written.
    """
    from schemactl.report import render

    text = render(report, output.value, fail_on=fail_on, colour=destination is None and sys.stdout.isatty())
    if destination is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        try:
            destination.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {destination}: {error.strerror}") from error
    return ExitCode.OK if report.ok(fail_on) else ExitCode.FINDINGS


def wanted_format(args: list[str]) -> Format:
    """The format asked for, read before the arguments are parsed, so that a usage error can honour it too."""
    for before, value in zip(["", *args], [*args, ""], strict=True):
        text = (
            value.removeprefix("--format=") if value.startswith("--format=") else value if before == "--format" else ""
        )
        if text in set(Format):
            return Format(text)
    return Format.CONSOLE


def show_error(error: SchemactlError, output: Format) -> None:
    """Say what happened, where, and what to do; as JSON on standard output when JSON was asked for."""
    if output is Format.JSON:
        document = {
            "schema_version": 1,
            "ok": False,
            "error": {
                "message": error.message,
                "place": str(error.place) if error.place else None,
                "hint": error.hint,
                "exit_code": int(error.exit_code),
            },
            "findings": [],
        }
        sys.stdout.write(json.dumps(document) + "\n")
        return
    sys.stderr.write(f"error: {error}\n")
    if error.hint:
        sys.stderr.write(f"  hint: {error.hint}\n")
