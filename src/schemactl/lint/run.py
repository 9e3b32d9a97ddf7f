"""One lint run: paths in, a report out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

from schemactl.core.config import Config
from schemactl.core.errors import SourceError
from schemactl.core.findings import Evidence, Finding, Severity, fingerprint, with_distinct_fingerprints
from schemactl.core.results import Report
from schemactl.core.versions import OLDEST
from schemactl.core.words import plural
from schemactl.lint import folders, runners, secrets
from schemactl.lint.engine import Coverage, Linter, syntax_finding
from schemactl.lint.selection import NAMES, choose
from schemactl.lint.site import Settings
from schemactl.lint.suppressions import settle
from schemactl.migrations import directives
from schemactl.report.words import tally
from schemactl.sql.parse import Script, parse
from schemactl.sql.source import Source, decode, read

_SUPABASE_WORDS = ("auth.uid(", "auth.users", "auth.jwt(", "to authenticated", "to anon", "service_role")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds to the configuration.

    `known` are fingerprints that are not reported, `only` the files that are; others are read for their schema. With
    `fixes`, findings carry their repair, which costs time.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Severity = Severity.INFO
    known: frozenset[str] = frozenset()
    only: frozenset[Path] | None = None
    fixes: bool = False
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A file's name and content; context is read only for the schema that it leaves.

    `beside` is the text of the file that says how the runner runs it, for runners that have one.
    """

    file: str
    text: str
    reported: bool = True
    beside: str = ""


def lint_paths(paths: Sequence[Path], config: Config, options: Options = Options()) -> Report:
    """Lint files and folders. Raises UsageError and ConfigError for what cannot be asked."""
    runner = runners.find(config.lint.runner)
    texts: list[Text] = []
    failed: list[Finding] = list(_configured_secrets(config, options))
    for item in folders.collect(paths, options.only):
        name = str(item.path)
        try:
            text = folders.upward(read(item.path, name))
            texts.append(Text(name, text, item.reported, _beside(item.path, runner.beside)))
        except SourceError as error:
            if item.reported:
                failed.append(syntax_finding(error, name))
    return lint_texts(texts, config, options, failed)


def _beside(path: Path, name: str | None) -> str:
    beside = path.with_name(name) if name else None
    return beside.read_text(encoding="utf-8", errors="replace") if beside and beside.is_file() else ""


def _configured_secrets(config: Config, options: Options) -> Iterator[Finding]:
    """Secrets in the configuration file itself, which is committed beside the migrations."""
    path = Path(config.source) if config.source else None
    if path is None or not path.is_file():
        return
    source = Source(str(path), path.read_text(encoding="utf-8", errors="replace"))
    chosen = choose(config.lint, options.select, options.ignore)
    for rule, look in secrets.LOOKS.items():
        for secret in look(source.text) if rule in chosen.names else ():
            finding = Finding(
                rule=rule,
                severity=chosen.severities.get(rule, Severity.ERROR),
                message=f"{secret.what} stands in the configuration",
                evidence=Evidence.STATIC,
                span=source.span(secret.start, secret.end),
                hint="Replace it where it was issued, and hand it in through the environment.",
            )
            yield replace(finding, fingerprint=fingerprint(finding))


def lint_stdin(data: bytes, config: Config, options: Options = Options()) -> Report:
    """Lint what was piped in."""
    name = "<stdin>"
    try:
        return lint_texts([Text(name, folders.upward(decode(data, name)))], config, options)
    except SourceError as error:
        return lint_texts([], config, options, [syntax_finding(error, name)])


def lint_texts(
    texts: Sequence[Text],
    config: Config,
    options: Options = Options(),
    failed: Sequence[Finding] = (),
) -> Report:
    """Lint texts in the order given."""
    chosen = choose(config.lint, options.select, options.ignore)
    linter = Linter(_settings(config, texts, fixes=options.fixes), chosen)
    found: list[Finding] = list(failed)
    scripts: dict[int, Script] = {}
    unread = sum(finding.rule == "syntax-error" for finding in failed)
    for number, text in enumerate(texts):
        try:
            scripts[number] = parse(text.text, text.file)
        except SourceError as error:
            if text.reported:
                unread += 1
                found.append(syntax_finding(error, text.file))
            continue
        found += linter.lint(
            scripts[number],
            number,
            reported=text.reported,
            asks_again=_asks_again(text.file, config.verify.baseline),
            beside=text.beside,
        )
    found += linter.finish()
    settled = _settled(found, texts, scripts, chosen.names, options.today)
    loud = {severity for severity in Severity if severity.at_least(options.severity)}
    shown = [
        finding
        for finding in with_distinct_fingerprints(settled)
        if finding.severity in loud
        and finding.fingerprint not in options.known
        and not _overridden(finding, config.lint.paths)
    ]
    secret = [finding for finding in settled if is_secret(finding)]
    sources = {text.file: _shown(text, secret) for text in texts if text.reported}
    return _report(shown, linter.coverage, unread, sources)


def _shown(text: Text, findings: Sequence[Finding]) -> str:
    """The text as a report may quote it: without the secrets that were found."""
    spans = [item.span for item in findings if item.span and item.span.file == text.file]
    if not spans:
        return text.text
    starts = [0, *(match.end() for match in re.finditer("\n", text.text))]
    places = [
        (starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1) for span in spans
    ]
    return secrets.masked(text.text, places)


def is_secret(finding: Finding) -> bool:
    """Whether a finding is about a secret, which nothing may repeat."""
    entry = NAMES.get(finding.rule)
    return entry is not None and entry.family == "secrets"


def _settled(
    found: Iterable[Finding],
    texts: Sequence[Text],
    scripts: Mapping[int, Script],
    ran: frozenset[str],
    today: date | None,
) -> list[Finding]:
    """The findings in the order of files and lines, without the suppressed ones."""
    by_file: dict[str, list[Finding]] = {text.file: [] for text in texts}
    for finding in found:
        by_file.setdefault(finding.span.file if finding.span else "", []).append(finding)
    day = today or date.today()  # noqa: DTZ011
    for number, text in enumerate(texts):
        if number in scripts and text.reported:
            mine = settle(by_file[text.file], directives.read(scripts[number]), day, ran)
            by_file[text.file] = sorted(mine, key=_place)
    return [finding for file in sorted(by_file, key=folders.natural) for finding in by_file[file]]


def _settings(config: Config, texts: Sequence[Text], *, fixes: bool) -> Settings:
    supabase = config.preset == "supabase" or any(_is_supabase(text.text) for text in texts)
    exposed = config.lint.exposed_schemas
    if not exposed and supabase:
        exposed = ("public",)
    runner = runners.find(config.lint.runner)
    return Settings(
        runner=runner,
        version=config.lint.postgres_version or config.postgres_version or OLDEST,
        exposed=frozenset(exposed),
        supabase=supabase,
        fixes=fixes,
    )


def _is_supabase(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _SUPABASE_WORDS)


def _asks_again(file: str, baseline: str | None) -> bool:
    """Whether the file must stand a second run: those before the baseline version need not."""
    if baseline is None:
        return True
    digits = "".join(character for character in Path(file).name.split("_")[0] if character.isdigit())
    return not digits or not baseline.isdigit() or int(digits) > int(baseline)


def _place(finding: Finding) -> tuple[int, int]:
    return (finding.span.line, finding.span.column) if finding.span else (0, 0)


def _overridden(finding: Finding, paths: Mapping[str, tuple[str, ...]]) -> bool:
    file = finding.span.file if finding.span else ""
    return any(finding.rule in rules and fnmatch(file, glob) for glob, rules in paths.items())


def _report(findings: Sequence[Finding], coverage: Coverage, unread: int, sources: Mapping[str, str]) -> Report:
    parts = [f"{plural(coverage.statements, 'statement')} in {plural(coverage.files, 'file')}"]
    parts.append(f"{coverage.opaque} not analysed")
    if unread:
        parts.append(f"{plural(unread, 'file')} not readable")
    return Report(
        command="lint",
        summary=f"{', '.join(parts)}: {tally(findings) or 'nothing found'}",
        findings=tuple(findings),
        details={
            "coverage": {
                "files": coverage.files,
                "statements": coverage.statements,
                "not_analysed": coverage.opaque,
                "unreadable_files": unread,
            }
        },
        sources=sources,
    )
