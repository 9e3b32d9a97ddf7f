"""The exercise on tables that are broken on purpose: each check can fail, and says what it saw."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.integration.jobs.conftest import SPECS

from schemactl.core.config_jobs import JobFunctions
from schemactl.jobs.exercise import run_check
from schemactl.jobs.exercise.breach import Breach, Figure
from schemactl.jobs.exercise.stage import Effort, Stage, staged
from schemactl.jobs.spec import Spec
from schemactl.servers import Database, Server

THUMBNAILS = next(spec for spec in SPECS if spec.name == "generations")
UNFENCED = replace(
    THUMBNAILS.config,
    functions=JobFunctions(
        complete="update public.generations set status = 'completed', lease_expires_at = null where id = :'id'"
        " returning status"
    ),
)
FEW = Effort(interleavings=60, seed=1)


@pytest.fixture
def broken(embedded_server: Server, tree_database: Database) -> Iterator[Stage]:
    """Thumbnails whose completion asks for no token."""
    with staged(embedded_server, tree_database, Spec("generations", UNFENCED), effort=FEW) as opened:
        yield opened


@pytest.fixture
def sound(embedded_server: Server, tree_database: Database) -> Iterator[Stage]:
    """Thumbnails as they are."""
    with staged(embedded_server, tree_database, THUMBNAILS, effort=FEW) as opened:
        yield opened


def breaches(stage: Stage, check: str) -> list[Breach]:
    return [one for one in run_check(check, stage) if isinstance(one, Breach)]


@pytest.mark.parametrize(
    ("check", "rule", "words"),
    [
        ("workers", "job-lost-claim", "complete changes"),
        ("lifecycle", "job-transition", "complete of a job that is"),
        ("interleavings", "job-interleaving", "complete by a claim that is not the job's changes"),
    ],
)
def test_a_completion_without_a_token_is_seen(broken: Stage, check: str, rule: str, words: str):
    (found,) = [one for one in breaches(broken, check) if one.rule == rule]
    assert words in found.message


def test_the_order_that_breaks_it_is_short(broken: Stage):
    (found,) = breaches(broken, "interleavings")
    calls = [line for line in found.repro.splitlines() if line.startswith("-- worker")]
    assert len(calls) <= 6


@pytest.mark.parametrize("check", ["workers", "lifecycle", "interleavings"])
def test_the_sound_twin_is_silent(sound: Stage, check: str):
    assert breaches(sound, check) == []


def test_the_orders_that_were_tried_are_counted(sound: Stage):
    (figure,) = [one for one in run_check("interleavings", sound) if isinstance(one, Figure)]
    assert figure.text.startswith("60 orders")


BREAKAGES = {
    "writes": ("revoke update on generations from service_role", "job-not-writable"),
    "visibility": ("drop policy generations_select_own on generations", "job-status-hidden"),
    "constraints": (
        "alter table generations drop constraint generations_status_check",
        "job-status-unconstrained",
    ),
}


@pytest.mark.parametrize("check", BREAKAGES)
def test_a_schema_that_is_broken_is_seen(sound: Stage, check: str):
    assert breaches(sound, check) == []
    statement, rule = BREAKAGES[check]
    sound.owner.execute(statement.encode())
    assert [one.rule for one in breaches(sound, check)] == [rule]


def test_a_policy_that_shows_all_leaks(sound: Stage):
    sound.owner.execute("create policy leak on generations for select to authenticated using (true)")
    assert [one.rule for one in breaches(sound, "visibility")] == ["job-status-leaks"]
