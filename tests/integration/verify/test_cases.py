"""The catalogue of tests/cases/verify: for each check what it must find, and twins on which it must stay silent."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from schemactl.core.config import Config
from schemactl.core.events import ignore
from schemactl.lint import runners
from schemactl.migrations.files import load
from schemactl.servers import Server
from schemactl.verify.chain import Chain
from schemactl.verify.checks import CHECKS, FIRST
from schemactl.verify.checks.locks import Cost
from schemactl.verify.pipeline import outcomes_on
from schemactl.verify.walk import Walk

CASES = Path(__file__).parents[2] / "cases" / "verify"


@dataclass(frozen=True)
class Case:
    """A case: the migrations by file name, and the findings as file, statement and words."""

    check: str
    files: dict[str, str]
    expected: list[tuple[str, int, str]]
    locks: list[tuple[str, ...]]
    skipped: list[tuple[str, str]]
    since: int
    runner: str


def read(path: Path) -> Case:
    text = path.read_text(encoding="utf-8")
    lines = re.findall(r"^-- expect: (.+)$", text, re.MULTILINE)
    assert lines, f"{path.name} expects neither a finding nor nothing"
    expected = []
    for line in lines:
        if line != "nothing":
            file, statement, words = line.split(" ", 2)
            expected.append((file, int(statement), words))
    since = re.search(r"^-- since: (\d+)$", text, re.MULTILINE)
    runner = re.search(r"^-- runner: (\w+)$", text, re.MULTILINE)
    parts = re.split(r"^-- file: (\S+)\n", text, flags=re.MULTILINE)
    files = dict(zip(parts[1::2], parts[2::2], strict=True))
    locks = [tuple(line.split(" ", 4)) for line in re.findall(r"^-- lock: (.+)$", text, re.MULTILINE)]
    skipped = [(file, words) for file, words in re.findall(r"^-- skipped: (\S+) (.+)$", text, re.MULTILINE)]
    return Case(
        path.parent.name,
        files,
        expected,
        locks,
        skipped,
        int(since[1]) if since else 0,
        runner[1] if runner else "schemactl",
    )


PATHS = sorted(CASES.glob("*/*.sql"))


def test_the_catalogue_is_as_large_as_it_must_be():
    assert len(PATHS) >= 60
    assert {path.parent.name for path in PATHS} <= set(CHECKS)


@pytest.mark.every_major
@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path, plain_server: Server, tmp_path: Path):
    case = read(path)
    if plain_server.major < case.since:
        pytest.skip(f"needs PostgreSQL {case.since}")
    for name, text in case.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    removes_invalid = runners.find(case.runner).removes_invalid
    walk = Walk(Chain.of(load(tmp_path)), plain_server, None, ignore, removes_invalid=removes_invalid)
    outcomes = outcomes_on(walk, (FIRST, case.check), Config(root=tmp_path))
    assert outcomes[FIRST].findings == ()
    skipped = [(Path(one.file).name, one.reason) for one in outcomes[case.check].not_checked]
    assert [file for file, _ in skipped] == [file for file, _ in case.skipped], skipped
    assert all(words in reason for (_, reason), (_, words) in zip(skipped, case.skipped, strict=True)), skipped
    found = sorted(
        (Path(one.span.file).name, one.statement or 0, one.message) for one in outcomes[case.check].findings if one.span
    )
    assert [(file, statement) for file, statement, _ in found] == sorted((f, s) for f, s, _ in case.expected), found
    for (_, _, message), (_, _, words) in zip(found, sorted(case.expected), strict=True):
        assert words in message
    seen = {
        (Path(c.file).name, str(c.seen.statement.index), str(c.seen.table), *_words(c))
        for c in outcomes[case.check].costs
    }
    for lock in case.locks:
        assert lock in seen, seen


def _words(cost: Cost) -> tuple[str, str]:
    return (cost.growth.replace(" ", "-"), cost.seen.mode.words)
