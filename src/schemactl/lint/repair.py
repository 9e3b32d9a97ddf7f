"""Repairing files: lint, edit, lint again, and keep what stands the second look (and the server's)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from schemactl.core.config import Config
from schemactl.core.errors import SourceError
from schemactl.core.findings import Finding
from schemactl.lint import fixes, folders
from schemactl.lint.fixes import Repaired
from schemactl.lint.proof import Unproved, same_catalog
from schemactl.lint.run import Options, Text, lint_texts
from schemactl.sql.source import read


@dataclass(frozen=True, slots=True)
class Plan:
    """The files to write, and what could not be proved of them."""

    files: tuple[Repaired, ...]
    note: str = ""


def plan(paths: Sequence[Path], config: Config, select: Sequence[str], ignore: Sequence[str], *, prove: bool) -> Plan:
    """What repairing the files of these paths changes. Raises UsageError and ConfigError."""
    texts, unread = _texts(paths)
    options = Options(select=tuple(select), ignore=tuple(ignore), fixes=True)
    files = _repaired(texts, config, options)
    if not files or not prove:
        return Plan(files, _joined("" if not files else "not proved on a server", unread))
    try:
        after = {item.file: item.after for item in files}
        originals = [(text.file, text.text) for text in texts]
        culprits = same_catalog(originals, after, config)
    except Unproved as reason:
        return Plan(files, _joined(f"not proved on a server: {reason}", unread))
    kept = tuple(item for item in files if item.file not in culprits)
    note = f"left alone, as the catalog would change: {', '.join(culprits)}" if culprits else "same catalog, proved"
    return Plan(kept, _joined(note, unread))


def _joined(note: str, unread: Sequence[str]) -> str:
    """The note, and which files were left alone because nobody can read them; `lint` says why."""
    left = f"cannot be read: {', '.join(unread)}" if unread else ""
    return "; ".join(filter(None, (note, left)))


def _texts(paths: Sequence[Path]) -> tuple[list[Text], list[str]]:
    """The files, and the names of those that cannot be read."""
    texts: list[Text] = []
    unread: list[str] = []
    for item in folders.collect(paths):
        name = str(item.path)
        try:
            texts.append(Text(name, read(item.path, name), item.reported))
        except SourceError:
            unread.append(name)
    return texts, unread


def _repaired(texts: Sequence[Text], config: Config, options: Options) -> tuple[Repaired, ...]:
    report = lint_texts(texts, config, options)
    wanted: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.fix is not None and finding.span is not None:
            wanted.setdefault(finding.span.file, []).append(finding)
    before = {text.file: text.text for text in texts}
    found = {
        file: Repaired(file, before[file], _edited(before[file], findings), tuple(findings))
        for file, findings in wanted.items()
    }
    again = _looked_at_again(texts, found, config, options)
    return tuple(item for file, item in found.items() if again.get(file, set()).isdisjoint(_kinds(item.settled)))


def _edited(text: str, findings: Sequence[Finding]) -> str:
    return fixes.apply(text, dict.fromkeys(finding.fix for finding in findings if finding.fix))


def _looked_at_again(
    texts: Sequence[Text], repaired: Mapping[str, Repaired], config: Config, options: Options
) -> dict[str, set[tuple[str, str | None]]]:
    """What the rules find in the repaired files; a file that no longer parses is a `syntax-error` for each finding."""
    changed = [replace(text, text=repaired[text.file].after if text.file in repaired else text.text) for text in texts]
    result: dict[str, set[tuple[str, str | None]]] = {}
    for finding in lint_texts(changed, config, options).findings:
        file = finding.span.file if finding.span else ""
        result.setdefault(file, set()).add((finding.rule, finding.object))
        if finding.rule == "syntax-error" and file in repaired:
            result[file] |= _kinds(repaired[file].settled)
    return result


def _kinds(findings: Sequence[Finding]) -> set[tuple[str, str | None]]:
    return {(finding.rule, finding.object) for finding in findings}
