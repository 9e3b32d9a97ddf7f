"""Precision and recall on labelled cases, beside squawk and pgfence: `python -m benchmarks.lint_accuracy [PGFENCE]`.

The set is tests/cases/lint: for every rule bad examples and good twins, taken from the manual, from defects read in
the sources of other linters, and from their users' threads. A tool is asked only for findings of the same meaning:
what it says besides counts neither for nor against it. A rule that it does not have is a miss on the bad examples, and
cannot be a false alarm on the good ones; the last column leaves such rules out.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.unit.lint.cases import Case, cases, with_secrets

from benchmarks import peers
from benchmarks.peers import Missing

SQUAWK = {
    "rerun-": ("prefer-robust-stmts",),
    "lock-timeout-": ("require-lock-timeout",),
    "adding-stored-generated-column": ("adding-field-with-default",),
    "adding-serial-primary-key-field": ("adding-serial-primary-key-field", "adding-field-with-default"),
    "adding-primary-key-constraint": ("adding-serial-primary-key-field", "disallowed-unique-constraint"),
    "validate-in-same-transaction": ("constraint-missing-not-valid",),
}
_SAME = """require-concurrent-index-creation require-concurrent-index-deletion constraint-missing-not-valid
adding-field-with-default adding-foreign-key-constraint changing-column-type adding-not-nullable-field renaming-column
renaming-table disallowed-unique-constraint ban-drop-database ban-drop-column ban-drop-table ban-drop-not-null
prefer-bigint-over-int prefer-bigint-over-smallint prefer-identity prefer-repack prefer-text-field prefer-timestamp-tz
ban-char-field transaction-nesting adding-required-field ban-truncate-cascade require-lock-timeout syntax-error
ban-concurrent-index-creation-in-transaction ban-create-domain-with-constraint require-statement-timeout
ban-alter-domain-with-add-constraint ban-uncommitted-transaction require-enum-value-ordering require-table-schema
identifier-too-long require-concurrent-partition-detach require-concurrent-reindex ban-duplicate-column-assignments"""
SAME_NAME = frozenset(_SAME.split())
PGFENCE = {
    "require-concurrent-index-creation": ("create-index-not-concurrent",),
    "require-concurrent-index-deletion": ("drop-index-not-concurrent",),
    "constraint-missing-not-valid": ("add-constraint-check-no-not-valid",),
    "adding-foreign-key-constraint": ("add-constraint-fk-no-not-valid",),
    "validate-in-same-transaction": ("not-valid-validate-same-tx",),
    "adding-field-with-default": ("add-column-non-constant-default",),
    "adding-stored-generated-column": ("add-column-stored-generated",),
    "adding-serial-primary-key-field": ("add-column-serial",),
    "adding-required-field": ("add-column-not-null-no-default",),
    "adding-not-nullable-field": ("alter-column-set-not-null",),
    "changing-column-type": ("alter-column-type",),
    "disallowed-unique-constraint": ("add-constraint-unique",),
    "adding-primary-key-constraint": ("add-pk-without-using-index",),
    "adding-exclusion-constraint": ("add-constraint-exclude",),
    "backfill-in-ddl-transaction": ("statement-after-access-exclusive", "update-in-migration"),
    "require-lock-timeout": ("missing-lock-timeout",),
    "lock-timeout-": ("missing-lock-timeout",),
    "prefer-repack": ("vacuum-full",),
    "ban-concurrent-index-creation-in-transaction": ("concurrent-in-transaction",),
    "rerun-table": ("prefer-robust-create-table",),
    "rerun-index": ("prefer-robust-create-index",),
    "rerun-drop": ("prefer-robust-drop-table", "prefer-robust-drop-index"),
    "ban-drop-table": ("drop-table",),
    "ban-drop-column": ("drop-column",),
    "ban-truncate": ("truncate",),
    "ban-truncate-cascade": ("truncate-cascade",),
    "renaming-column": ("rename-column",),
    "renaming-table": ("rename-table",),
    "unbatched-update": ("update-in-migration", "delete-without-where"),
    "prefer-jsonb": ("add-column-json",),
    "prefer-timestamp-tz": ("prefer-timestamptz",),
    "prefer-bigint-over-int": ("prefer-bigint-over-int",),
    "prefer-text-field": ("prefer-text-field",),
    "require-statement-timeout": ("missing-statement-timeout",),
}


@dataclass(slots=True)
class Score:
    """What a tool found of the bad examples, and said of the good ones."""

    found: int = 0
    missed: int = 0
    absent: int = 0
    false: int = 0
    silent: int = 0

    def count(self, *, bad: bool, fires: bool, has: bool) -> None:
        """Take one case into account."""
        if bad:
            self.found += fires
            self.missed += not fires and has
            self.absent += not fires and not has
        else:
            self.false += fires
            self.silent += not fires

    @property
    def row(self) -> str:
        """Precision, recall, and recall on the rules that the tool has."""
        precision = self.found / max(1, self.found + self.false)
        recall = self.found / max(1, self.found + self.missed + self.absent)
        own = self.found / max(1, self.found + self.missed)
        return f"{self.found} | {self.missed + self.absent} | {self.false} | {precision:.2f} | {recall:.2f} | {own:.2f}"


def main() -> None:
    """Print the table."""
    chosen = [
        case for case in cases() if "-page-" not in case.label and not case.rule.endswith(("-ignore", "directive"))
    ]
    bad = sum(case.bad for case in chosen)
    print(f"{bad} bad examples and {len(chosen) - bad} good twins of {len({case.rule for case in chosen})} rules\n")
    print("| tool | found | missed | false alarms | precision | recall | recall on rules it has |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    print(f"| schemactl | {_ours(chosen).row} |")
    with TemporaryDirectory(prefix="lint-accuracy-") as folder:
        files = _written(Path(folder), chosen)
        try:
            program, version = peers.squawk()
            print(f"| squawk {version} | {_theirs(chosen, files, _squawk(program, files), SQUAWK, SAME_NAME).row} |")
        except Missing as reason:
            print(f"squawk: {reason}", file=sys.stderr)
        if len(sys.argv) > 1:
            print(f"| pgfence | {_theirs(chosen, files, _pgfence(sys.argv[1], files), PGFENCE, frozenset()).row} |")


def _ours(chosen: Iterable[Case]) -> Score:
    score = Score()
    for case in chosen:
        found = case.findings()
        places = [(item.statement, item.span.line if item.span else None) for item in found]
        right = places == [(case.given.get("statement"), case.given.get("line"))]
        score.count(bad=case.bad, fires=right if case.bad else bool(found), has=True)
    return score


def _written(folder: Path, chosen: Iterable[Case]) -> dict[str, Path]:
    """A file a case; earlier files go before it, as none of the others reads a folder in order."""
    files = {}
    for case in chosen:
        before = case.given.get("before", "")
        text = "\n".join([*([before] if isinstance(before, str) else before), with_secrets(case.given["sql"])])
        files[case.label] = folder / f"{case.label}.sql"
        files[case.label].write_text(text, encoding="utf-8")
    return files


def _theirs(
    chosen: Iterable[Case],
    files: dict[str, Path],
    said: dict[str, set[str]],
    names: dict[str, tuple[str, ...]],
    same: frozenset[str],
) -> Score:
    score = Score()
    for case in chosen:
        wanted = next((theirs for ours, theirs in names.items() if case.rule.startswith(ours)), ())
        wanted = wanted or ((case.rule,) if case.rule in same else ())
        fires = bool(said.get(str(files[case.label]), set()) & set(wanted))
        score.count(bad=case.bad, fires=fires, has=bool(wanted))
    return score


def _squawk(program: str, files: dict[str, Path]) -> dict[str, set[str]]:
    said: dict[str, set[str]] = {}
    command = [
        program,
        "--reporter",
        "json",
        "--pg-version",
        "14",
        "--assume-in-transaction",
        *map(str, files.values()),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    for item in json.loads(done.stdout or "[]"):
        said.setdefault(item["file"], set()).add(item["rule_name"])
    return said


def _pgfence(program: str, files: dict[str, Path]) -> dict[str, set[str]]:
    """Of the files whose rule it has."""
    said: dict[str, set[str]] = {}
    for result in pgfence_results(program, [path for label, path in files.items() if label.startswith(tuple(PGFENCE))]):
        checks = [*result.get("checks", ()), *result.get("policyViolations", ())]
        said[result["filePath"]] = {check["ruleId"] for check in checks}
    return said


def pgfence_results(program: str, files: Sequence[Path]) -> list[dict[str, Any]]:
    """What pgfence says of the files. One that it cannot read ends a whole run, so that halves are tried then."""
    command = [program, "analyze", "--format", "sql", "--min-pg-version", "14", "--output", "json"]
    done = subprocess.run([*command, *map(str, files)], check=False, capture_output=True, text=True)
    if done.stdout.strip():
        results: list[dict[str, Any]] = json.loads(done.stdout)["results"]
        return results
    half = len(files) // 2
    return [*pgfence_results(program, files[:half]), *pgfence_results(program, files[half:])] if half else []


if __name__ == "__main__":
    main()
