"""Side by side with peers, in one run: `python -m benchmarks.run [SUBJECT…] [--rounds N] [--save]`."""

import argparse
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


def main() -> None:
    """Measure, print, and with --save write results.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; default: all")
    parser.add_argument("--rounds", type=int, help="instead of each subject's own number")
    parser.add_argument("--save", action="store_true", help=f"write the tables to {RESULTS.name}")
    options = parser.parse_args()
    if unknown := set(options.subjects) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(sorted(unknown))}")
    facts = ", ".join(f"{name} {value}" for name, value in peers.versions().items())
    parts = [f"# Results\n\n{facts}. Medians; contenders take turns. How: `make bench`.\n"]
    for name in options.subjects or SUBJECTS:
        parts.append(measured(name, options.rounds))
        print(parts[-1], flush=True)
    if options.save:
        RESULTS.write_text("\n".join(parts), encoding="utf-8")


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
