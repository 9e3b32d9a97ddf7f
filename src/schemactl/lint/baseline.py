"""Baselines: findings that were there when a project began to lint, by fingerprints that survive moved lines."""

from collections.abc import Iterable
from pathlib import Path

from schemactl.core.errors import ConfigError, Place, UsageError
from schemactl.core.findings import Finding

_VERSION = 1


def load(path: Path) -> frozenset[str]:
    """The fingerprints of a baseline. Raises ConfigError for a file that is missing or is not one."""
    import json

    place = Place(str(path))
    hint = "Make it with `schemactl lint --write-baseline FILE`."
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError("no such baseline", place=place, hint=hint) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", place=place) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"not a baseline: {error}", place=place, hint=hint) from error
    findings = document.get("findings") if isinstance(document, dict) else None
    if not isinstance(findings, dict) or document.get("baseline_version") != _VERSION:
        raise ConfigError("not a baseline: it has no `findings`", place=place, hint=hint)
    return frozenset(findings)


def write(path: Path, findings: Iterable[Finding]) -> None:
    """Write a baseline of these findings. Raises UsageError when the file cannot be written."""
    import json

    known = {
        finding.fingerprint: f"{finding.rule} {finding.span.file if finding.span else ''}".strip()
        for finding in findings
    }
    text = json.dumps({"baseline_version": _VERSION, "findings": known}, indent=2, sort_keys=True)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
