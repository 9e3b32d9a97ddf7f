"""What each linter says about a project's migrations: every finding with its file, line and statement."""

import json
import subprocess
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from benchmarks.lint_accuracy import pgfence_results
from benchmarks.projects.files import Project
from schemactl.core.config import Config
from schemactl.core.errors import SourceError
from schemactl.core.findings import Severity
from schemactl.lint import runners
from schemactl.lint.run import Options, lint_paths
from schemactl.lint.runners import Wrap
from schemactl.sql.parse import parse

VERSION = 14
QUIET = frozenset({"LOW", "SAFE", "info"})  # what pgfence itself calls no risk


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One finding. `line` is 0 for one about a whole file, `statement` counts from 1; `quiet` ones are mere notes."""

    tool: str
    repository: str
    path: str
    line: int
    rule: str
    statement: int
    message: str
    quiet: bool = False


def ours(project: Project, root: Path) -> Iterator[Said]:
    """What schemactl says by default; what is below a warning is quiet."""
    config = Config()
    config = replace(config, lint=replace(config.lint, runner=project.runner, postgres_version=VERSION))
    report = lint_paths([root / project.repository], config, Options())
    for item in report.findings:
        assert item.span is not None
        path = Path(item.span.file)
        at = (item.span.line, item.statement or _statement(path, item.span.line))
        quiet = not item.severity.at_least(Severity.WARNING)
        yield _said("schemactl", project, root, path, at, item.rule, item.message, quiet=quiet)


def squawk(project: Project, root: Path, files: Sequence[Path], program: str) -> Iterator[Said]:
    """squawk's findings, all of its default rules; it is told whether the runner wraps files."""
    wraps = runners.find(project.runner).wrap is not Wrap.NONE
    command = [program, "--reporter", "json", "--pg-version", str(VERSION)]
    command += ["--assume-in-transaction"] if wraps else []
    done = subprocess.run([*command, *map(str, files)], check=False, capture_output=True, text=True)
    for item in json.loads(done.stdout or "[]"):
        path, line = Path(item["file"]), item["line"] + 1
        yield _said("squawk", project, root, path, (line, _statement(path, line)), item["rule_name"], item["message"])


def pgfence(project: Project, root: Path, files: Sequence[Path], program: str) -> Iterator[Said]:
    """pgfence's findings and policy violations, quiet below medium risk."""
    for result in pgfence_results(program, files):
        path = Path(result["filePath"])
        for item in result.get("checks", ()):
            at, quiet = _find(path, item["statement"]), item["risk"] in QUIET
            yield _said("pgfence", project, root, path, at, item["ruleId"], item["message"], quiet=quiet)
        for item in result.get("policyViolations", ()):
            quiet = item["severity"] in QUIET
            yield _said("pgfence", project, root, path, (0, 0), item["ruleId"], item["message"], quiet=quiet)


def _said(
    tool: str,
    project: Project,
    root: Path,
    path: Path,
    at: tuple[int, int],
    rule: str,
    message: str,
    *,
    quiet: bool = False,
) -> Said:
    inside = str(path.relative_to(root / project.repository))
    return Said(tool, project.repository, inside, at[0], rule, at[1], " ".join(message.split()), quiet)


@cache
def _starts(path: Path) -> tuple[tuple[int, ...], tuple[str, ...]]:
    try:
        statements = parse(path.read_text(encoding="utf-8"), path.name).statements
    except SourceError:
        return (), ()
    return tuple(item.line for item in statements), tuple(" ".join(item.text.split()) for item in statements)


def _statement(path: Path, line: int) -> int:
    """The last statement that begins on or before the line."""
    return bisect_right(_starts(path)[0], line)


def _find(path: Path, text: str) -> tuple[int, int]:
    """Line and index of the first statement with this text."""
    lines, texts = _starts(path)
    wanted = " ".join(text.split()).rstrip(";")
    found = next((number for number, item in enumerate(texts) if item.endswith(wanted) or wanted.endswith(item)), None)
    return (0, 0) if found is None else (lines[found], found + 1)
