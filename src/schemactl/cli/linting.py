"""A lint run from arguments to output, without Typer: the quick start and the command share it."""

import gc
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from schemactl.cli.output import Format, rendered, send, writable
from schemactl.core import config as configuration
from schemactl.core.config import Config
from schemactl.core.errors import UsageError
from schemactl.core.exit_codes import ExitCode
from schemactl.core.findings import Severity
from schemactl.core.results import Report
from schemactl.lint import baseline, changed, folders, replay, runners
from schemactl.lint.run import Options, lint_paths, lint_stdin


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Severity = Severity.INFO
    fail_on: Severity = Severity.ERROR
    runner: str | None = None
    baseline: str | None = None
    write_baseline: str | None = None
    changed_since: str | None = None
    config_file: str | None = None
    output: Format = Format.CONSOLE
    destination: str | None = None
    fixes: bool = False
    cache: bool = True

    @property
    def reads_stdin(self) -> bool:
        """Whether the text is piped in."""
        return self.paths == ("-",)

    @property
    def repeats(self) -> bool:
        """Whether the same arguments give the same answer as long as no file changes."""
        away = self.reads_stdin or self.changed_since or self.write_baseline or self.destination
        return self.cache and not away


def run(request: Request, arguments: list[str] | None = None) -> ExitCode:
    """Lint, write the result, and remember it under `arguments`. Raises UsageError and ConfigError."""
    # A run makes hundreds of thousands of values and no cycles worth a search, and then ends.
    gc.disable()
    config = _config(request)
    before = replay.look(*_rests_on(request, config)) if arguments is not None and request.repeats else None
    report = _report(request, config)
    if request.write_baseline is not None:
        baseline.write(Path(request.write_baseline), report.findings)
        report = replace(report, summary=f"wrote {request.write_baseline}: {report.summary}", findings=())
    destination = Path(request.destination) if request.destination else None
    text = rendered(report, request.output, destination, request.fail_on)
    code = ExitCode.OK if report.ok(request.fail_on) else ExitCode.FINDINGS
    if arguments is not None:
        replay.remember(arguments, writable(text, sys.stdout), int(code), before)
    send(text, destination)
    return code


def _config(request: Request) -> Config:
    start = next((path for path in map(Path, request.paths) if path.exists()), None)
    if start is not None and not start.is_dir():
        start = start.absolute().parent
    config = configuration.load(Path(request.config_file) if request.config_file else start or Path())
    if request.runner is not None:
        config = replace(config, lint=replace(config.lint, runner=request.runner))
    return config


def _report(request: Request, config: Config) -> Report:
    known = _baseline(request, config)
    options = Options(
        select=request.select,
        ignore=request.ignore,
        severity=request.severity,
        known=baseline.load(known) if known and request.write_baseline is None else frozenset(),
        fixes=request.fixes or request.output is Format.SARIF,
    )
    if request.reads_stdin:
        return lint_stdin(sys.stdin.buffer.read(), config, options)
    paths = [Path(path) for path in request.paths] or [config.migrations_path]
    if request.changed_since is not None:
        first = paths[0] if paths[0].is_dir() else paths[0].absolute().parent
        if not first.exists():
            raise UsageError(f"no such file or directory: {paths[0]}")
        options = replace(options, only=changed.since(request.changed_since, first))
    return lint_paths(paths, config, options)


def _baseline(request: Request, config: Config) -> Path | None:
    if request.baseline is not None:
        return Path(request.baseline)
    return config.root / config.lint.baseline if config.lint.baseline else None


def _rests_on(request: Request, config: Config) -> tuple[list[str], list[str]]:
    """The paths asked for, and the files that the answer rests on: what is read, and where configuration could be."""
    paths = list(request.paths) or [str(config.migrations_path)]
    found = [item.path for item in folders.collect([Path(path) for path in paths])]
    files = [str(path) for path in found]
    beside = runners.find(config.lint.runner).beside
    files += [str(path.with_name(beside)) for path in found if beside]
    known = _baseline(request, config)
    files += [config.source] if config.source else []
    files += [str(known)] if known else []
    first = Path(request.paths[0] if request.paths else ".")
    start = (first if first.is_dir() else first.parent).absolute()
    places = (str(folder / name) for folder in (start, *start.parents) for name in configuration.PLACES)
    return paths, [*files, *places]
