"""Scripts that reproduce findings: as files of their own, since a console is no place for them."""

import re
from dataclasses import replace
from pathlib import Path

from schemactl.core.errors import UsageError
from schemactl.core.findings import Finding
from schemactl.core.results import Report


def with_scripts(report: Report, directory: Path | None, *, shorten: bool) -> Report:
    """Write the findings' scripts to `directory`, where one is named.

    To `shorten` is to say of each how to run it, or once how to have them, in place of the scripts.
    Raises UsageError when the directory cannot be written.
    """
    scripts = {number: finding for number, finding in enumerate(report.findings) if finding.repro}
    paths = {number: directory / _name(finding) for number, finding in scripts.items()} if directory else {}
    try:
        for number, path in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(scripts[number].repro or "", encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"cannot write the scripts to {directory}: {error.strerror}") from error
    if not shorten or not scripts:
        return report
    first = min(scripts)
    said = {number: f"psql -X -d EMPTY -f {path}" for number, path in paths.items()}
    said = said or {first: "`--repro DIR` writes scripts that show this and the other findings on an empty database"}
    return replace(report, findings=tuple(replace(one, repro=said.get(n)) for n, one in enumerate(report.findings)))


def _name(finding: Finding) -> str:
    """For example `again-0005_song_variants-3-1f0c2a4b.sql`."""
    stem = Path(finding.span.file).stem if finding.span else "chain"
    words = (finding.rule, stem, str(finding.statement or 0), finding.fingerprint[:8])
    return re.sub(r"[^\w.-]", "_", "-".join(words)) + ".sql"
