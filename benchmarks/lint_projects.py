"""Precision and recall on public projects' migrations: `python -m benchmarks.lint_projects CLONES [PGFENCE]`.

CLONES holds the repositories of projects/projects.toml, each as OWNER/NAME with the commit that is named there, and
PGFENCE is the program of `@flvmnt/pgfence`. What the linters say is held against projects/judged.tsv, a sample that was
drawn by chance, read in its files and judged by hand. `--draw ROUND` prints another sample to judge instead.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import peers
from benchmarks.peers import Missing
from benchmarks.projects import files, judged, tools
from benchmarks.projects.judged import Judgement
from benchmarks.projects.meanings import TASTE, Voices, defects
from benchmarks.projects.tools import Said

TOOLS = ("schemactl", "squawk", "pgfence")


def main() -> None:
    """Print the tables, or a sample."""
    arguments = sys.argv[1:]
    drawn = int(arguments.pop(place + 1)) if (place := _at("--draw", arguments)) >= 0 else None
    arguments = [word for word in arguments if word != "--draw"]
    if not arguments:
        sys.exit(__doc__)
    said = list(_said(Path(arguments[0]), arguments[1] if len(arguments) > 1 else None))
    if drawn is None:
        report(said, judged.load())
        return
    known = {judgement.key for judgement in judged.load()}
    for item in judged.draw(said, drawn):
        if judged.key(item) not in known:
            print(drawn, *judged.key(item), "", item.message, sep="\t")


def _at(word: str, arguments: Sequence[str]) -> int:
    return arguments.index(word) if word in arguments else -1


def _said(clones: Path, pgfence: str | None) -> Iterable[Said]:
    try:
        squawk = peers.squawk()[0]
    except Missing as reason:
        sys.exit(f"squawk: {reason}")
    with TemporaryDirectory(prefix="lint-projects-") as folder:
        for project in files.projects():
            print(project.repository, file=sys.stderr)
            paths = files.write(project, clones, Path(folder))
            yield from tools.ours(project, Path(folder))
            yield from tools.squawk(project, Path(folder), paths, squawk)
            if pgfence:
                yield from tools.pgfence(project, Path(folder), paths, pgfence)


def report(said: Sequence[Said], judgements: Sequence[Judgement]) -> None:
    """Print precision, round by round, and who speaks of what was found to be right."""
    loud = Counter((item.tool, item.rule) for item in said if not item.quiet)
    now = {judged.key(item): item for item in said}
    print("| tool | round | judged | right | precision | weighted | without taste | still said |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for tool in TOOLS:
        for number in sorted({item.round for item in judgements}):
            sample = [item for item in judgements if item.tool == tool and item.round == number]
            if sample:
                print(f"| {tool} | {number} | {_row(sample, loud, now)} |")
    voices = Voices(said)
    found = defects(now[item.key] for item in judgements if item.right and item.key in now)
    print(f"\nOf {len(found)} different defects that the samples show:\n")
    print("| shown by the sample of | defects | schemactl | squawk | pgfence |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for whose in (*TOOLS, "any"):
        shown = [one for one in found if whose in one.shown_by or whose == "any"]
        cells = (f"{sum(voices.speaks(tool, one) for one in shown) / max(1, len(shown)):.2f}" for tool in TOOLS)
        print(f"| {whose} | {len(shown)} | {' | '.join(cells)} |")
    for one in found:
        if not voices.speaks("schemactl", one):
            print("missed:", *one.place, "/".join(sorted(one.meaning)), file=sys.stderr)


def _row(sample: Sequence[Judgement], loud: Counter[tuple[str, str]], now: dict[judged.Key, Said]) -> str:
    right = sum(item.right for item in sample)
    grave = [item for item in sample if item.rule not in TASTE[item.tool]]
    still = [item for item in sample if item.key in now and not now[item.key].quiet]
    return (
        f"{len(sample)} | {right} | {right / len(sample):.2f} | {_weighted(sample, loud):.2f} | "
        f"{sum(item.right for item in grave) / max(1, len(grave)):.2f} | "
        f"{sum(item.right for item in still)} of {len(still)}"
    )


def _weighted(sample: Sequence[Judgement], loud: Counter[tuple[str, str]]) -> float:
    """Precision with each rule counted as often as it speaks, since the sample holds more of rare ones."""
    judged_of = Counter(item.rule for item in sample)
    right_of = Counter(item.rule for item in sample if item.right)
    weights = {rule: loud[sample[0].tool, rule] for rule in judged_of}
    return sum(weights[rule] * right_of[rule] / judged_of[rule] for rule in weights) / max(1, sum(weights.values()))


if __name__ == "__main__":
    main()
