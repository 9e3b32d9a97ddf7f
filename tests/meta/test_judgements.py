"""The judgements that lint's figures on public projects rest on are complete, and enough."""

from collections import Counter

from benchmarks.lint_projects import TOOLS
from benchmarks.projects.files import projects
from benchmarks.projects.judged import TABLE, load

from schemactl.lint.index import INDEX

JUDGEMENTS = load()
TABLE_LINES = TABLE.read_text(encoding="utf-8").splitlines()


def test_every_judgement_names_a_project_a_tool_and_a_reason():
    repositories = {project.repository for project in projects()}
    rules = {entry.name for entry in INDEX}
    for item in JUDGEMENTS:
        assert item.repository in repositories
        assert item.tool in TOOLS
        assert len(item.reason) > 10
        assert item.tool != "schemactl" or item.rule in rules


def test_no_verdict_is_left_open():
    verdicts = {line.split("\t")[6] for line in TABLE_LINES[1:]}
    assert verdicts == {"right", "wrong"}


def test_nothing_is_judged_twice():
    assert [item for item, count in Counter(item.key for item in JUDGEMENTS).items() if count > 1] == []


def test_the_sample_is_as_large_as_is_said():
    first = Counter(item.tool for item in JUDGEMENTS if item.round == 1)
    assert first["schemactl"] >= 300
    assert min(first[tool] for tool in TOOLS) >= 100
    assert len({item.repository for item in JUDGEMENTS}) >= 10
