"""Side by side with peers, in one run: `python -m benchmarks.run [SUBJECT…] [--rounds N] [--save]`."""

import argparse
import re
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import peers
from benchmarks.measure import Outcome, Subject, compare

SUBJECTS = (
    "start_up",
    "lint_one",
    "lint_many",
    "lint_public",
    "server_start",
    "apply_local",
    "apply_link",
    "verify",
    "verify_one_more",
    "verify_memory",
    "bulk_rows",
    "memory",
    "jobs",
    "jobs_claim",
    "jobs_recovery",
    "access_test",
)
RESULTS = Path(__file__).parent / "results.md"
_MARK = re.compile(r"^<!-- (\w+) -->", re.MULTILINE)


def main() -> None:
    """Measure, print, and with --save write results.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; default: all")
    parser.add_argument("--rounds", type=int, help="instead of each subject's own number")
    parser.add_argument("--save", action="store_true", help=f"put the tables into {RESULTS.name}")
    options = parser.parse_args()
    if unknown := set(options.subjects) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(sorted(unknown))}")
    for name in options.subjects or SUBJECTS:
        try:
            section = measured(name, options.rounds)
        except peers.Missing as reason:
            tell(f"{name}: not measured: {reason}")
            continue
        print(section, flush=True)
        if options.save:
            save(name, section)


def save(name: str, section: str) -> None:
    """Put a subject's table in the place of its last one; the others stay."""
    facts = ", ".join(f"{what} {version}" for what, version in peers.versions().items())
    kept = _MARK.split(RESULTS.read_text(encoding="utf-8"))[1:] if RESULTS.exists() else []
    sections = {**dict(zip(kept[::2], kept[1::2], strict=True)), name: f"\n{section}"}
    parts = [f"<!-- {one} -->{sections[one].rstrip()}\n" for one in SUBJECTS if one in sections]
    head = f"# Results\n\n{facts}. Medians; contenders take turns. How: `make bench`.\n"
    RESULTS.write_text("\n".join((head, *parts)), encoding="utf-8")


def measured(name: str, rounds: int | None) -> str:
    """One subject's table."""
    with TemporaryDirectory(prefix="bench-") as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        with import_module(f"benchmarks.subjects.{name}").subject(scratch) as subject:
            chosen = replace(subject, rounds=rounds) if rounds else subject
            return table(chosen, compare(chosen, tell))


def table(subject: Subject, outcomes: tuple[Outcome, ...]) -> str:
    """Medians, the best of each, and how the others compare with the first."""
    first, unit = outcomes[0].median, subject.unit
    lines = [
        f"## {subject.title}\n",
        f"| contender | version | median, {unit} | best, {unit} | against {outcomes[0].contender.name} |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for outcome in outcomes:
        who = outcome.contender
        figures = f"{_figure(outcome.median)} | {_figure(min(outcome.samples))} | {outcome.median / first:.2f} ×"
        lines.append(f"| {who.name} | {who.version} | {figures} |")
    note = f" Not measured: {subject.note}." if subject.note else ""
    lines.append(f"\n{subject.rounds} rounds.{note}\n")
    return "\n".join(lines)


def tell(line: str) -> None:
    """What is under way, on standard error."""
    print(line, file=sys.stderr, flush=True)


def _figure(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


if __name__ == "__main__":
    main()
