"""The findings that were read in their files and judged, and the drawing of those to judge."""

import csv
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.projects.tools import Said

TABLE = Path(__file__).with_name("judged.tsv")
COLUMNS = ("round", "tool", "repository", "path", "line", "rule", "verdict", "reason")

Key = tuple[str, str, str, int, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A finding that was read. `right` means real, and worth acting on in that project at that statement."""

    round: int
    tool: str
    repository: str
    path: str
    line: int
    rule: str
    right: bool
    reason: str

    @property
    def key(self) -> Key:
        """What names the finding: a rule speaks once a line."""
        return (self.tool, self.repository, self.path, self.line, self.rule)


def key(said: Said) -> Key:
    """The key of a finding, as judgements have it."""
    return (said.tool, said.repository, said.path, said.line, said.rule)


def load() -> list[Judgement]:
    """Every judgement, in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Judgement(
                int(row["round"]),
                row["tool"],
                row["repository"],
                row["path"],
                int(row["line"]),
                row["rule"],
                row["verdict"] == "right",
                row["reason"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]


SHARES = {"schemactl": 1.2, "squawk": 0.42, "pgfence": 0.55}


def draw(said: Iterable[Said], seed: int) -> list[Said]:
    """A sample of each tool's findings: more of the rules that say more, of each from as many projects as there are.

    `seed` is the number of the round; later rounds are smaller.
    """
    by_rule: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for item in sorted({key(item): item for item in said if not item.quiet}.values()):
        by_rule[item.tool, item.rule].append(item)
    chance = random.Random(seed)
    drawn = []
    for (tool, _), items in sorted(by_rule.items()):
        size = max(2, round(SHARES[tool] / seed * len(items) ** 0.4))
        drawn += _mixed(items, chance)[:size]
    return drawn


def _mixed(items: list[Said], chance: random.Random) -> list[Said]:
    """The items in an order of chance in which each project has its turn."""
    chance.shuffle(items)
    turns: dict[str, int] = defaultdict(int)
    ranked = []
    for place, item in enumerate(items):
        ranked.append((turns[item.repository], place))
        turns[item.repository] += 1
    return [items[place] for _, place in sorted(ranked)]
