"""A specification against a catalog: what is wrong, where, and what was meant."""

from dataclasses import replace
from typing import Any

import pytest

from schemactl.catalog.snapshot import Identity, Snapshot
from schemactl.core.config import Config
from schemactl.core.config_jobs import JobColumns, JobConfig, JobDeadLetters, JobFunctions, JobStates
from schemactl.core.errors import ConfigError, UsageError
from schemactl.jobs.spec import Spec, check, named
from schemactl.jobs.states import State

COLUMNS = ("id", "status", "created_at", "retry_count", "token", "until")
LEASED = JobColumns(lease_token="token", lease_expires_at="until", attempts="retry_count")
SOUND = JobConfig(table="public.jobs", columns=LEASED)


def catalog() -> Snapshot:
    objects: dict[Identity, dict[str, Any]] = {Identity("table", ("public", "jobs")): {}}
    for name in COLUMNS:
        objects[Identity("column", ("public", "jobs", name))] = {"type": "public.mood" if name == "status" else "text"}
    objects[Identity("enum", ("public", "mood"))] = {"labels": ["pending", "processing", "completed", "failed"]}
    objects[Identity("function", ("public", "take_job", ""))] = {}
    return Snapshot(180000, objects)


def test_a_sound_specification_passes():
    check(Spec("songs", SOUND), catalog())


@pytest.mark.parametrize(
    ("config", "key", "hint"),
    [
        (replace(SOUND, table=""), "table", "public.jobs"),
        (replace(SOUND, table="public.job"), "table", "public.jobs"),
        (replace(SOUND, columns=replace(LEASED, status="state")), "columns.status", "status"),
        (replace(SOUND, columns=replace(LEASED, attempts="retries")), "columns.attempts", "retry_count"),
        (replace(SOUND, columns=replace(LEASED, results=("plan",))), "columns.results", "Known"),
        (replace(SOUND, columns=replace(LEASED, lease_token=None)), "columns", "both"),
        (replace(SOUND, states=JobStates(done="complete")), "states.done", "completed"),
        (replace(SOUND, columns=JobColumns(), states=JobStates(waiting="processing")), "states", "lease"),
        (replace(SOUND, functions=JobFunctions(claim="select public.take_jobs()")), "functions.claim", "take_job"),
        (replace(SOUND, dead_letters=JobDeadLetters(table="public.letters")), "dead_letters.table", "public.jobs"),
        (replace(SOUND, dead_letters=JobDeadLetters(written_by="me")), "dead_letters.written_by", "runner"),
        (replace(SOUND, limit=-1), "limit", None),
        (replace(SOUND, lease=0.0), "lease", None),
    ],
)
def test_what_is_wrong_is_named_with_what_is_near(config: JobConfig, key: str, hint: str | None):
    with pytest.raises(ConfigError) as caught:
        check(Spec("songs", config), catalog(), "schemactl.toml")
    assert f"`jobs.songs.{key}`" in str(caught.value)
    assert hint is None or hint in (caught.value.hint or "")


def test_an_unknown_name_gets_the_nearest_known_one():
    config = Config(jobs={"songs": SOUND})
    with pytest.raises(UsageError) as caught:
        named(config, "song")
    assert "songs" in (caught.value.hint or "")
    assert [spec.name for spec in named(config, None)] == ["songs"]


def test_without_job_tables_it_says_what_to_write():
    with pytest.raises(ConfigError) as caught:
        named(Config(), None)
    assert "[jobs.NAME]" in (caught.value.hint or "")


def test_a_shared_label_waits_until_there_is_a_lease():
    spec = Spec("plans", replace(SOUND, states=JobStates(waiting="processing")))
    assert spec.state({"status": "processing", "until": None}) is State.WAITING
    assert spec.state({"status": "processing", "until": "later"}) is State.RUNNING


@pytest.mark.parametrize(("limit", "starts"), [(0, 1), (1, 1), (2, 2), (5, 5)])
def test_a_job_may_start_once_at_least(limit: int, starts: int):
    assert Spec("songs", replace(SOUND, limit=limit)).attempts_allowed({}) == starts
    assert Spec("songs", replace(SOUND, limit=limit, columns=JobColumns())).attempts_allowed({}) == 1
