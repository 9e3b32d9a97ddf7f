"""System B: the favourite, the share token and the dead letter."""

from uuid import UUID

import pytest
from tests.integration.example_tree.conftest import ADA, BOB, Orders, Session, World, refused, value

FAIL = (
    "update public.song_variants set generation_status = 'failed', error_message = %s, retry_count = %s where id = %s"
)
LETTERS = "select error_message, retry_count, resolved_at is null from public.failed_jobs where song_variant_id = %s"


@pytest.fixture
def variant(owner: Session, order: Orders) -> UUID:
    """Ada's variant; Bob has one too."""
    order(owner, BOB)
    return order(owner, ADA)


def test_the_owner_picks_a_favourite_among_own_variants(owner: Session, ada: Session, variant: UUID):
    assert ada.execute("update public.song_variants set selected = true").rowcount == 1
    assert owner.execute("select id from public.song_variants where selected").fetchall() == [(variant,)]


@pytest.mark.parametrize(
    "change",
    [
        "id = gen_random_uuid()",
        "order_id = gen_random_uuid()",
        "user_id = gen_random_uuid()",
        "variant_number = 2",
        "storage_path = 'elsewhere'",
        "duration_ms = 1",
        "generation_status = 'complete'",
        "share_token = gen_random_uuid()",
        "error_message = null",
        "retry_count = 0",
        "lease_token = null",
        "completed_at = now()",
    ],
)
def test_the_owner_writes_no_other_column(ada: Session, variant: UUID, change: str):
    refused(ada, "42501", f"update public.song_variants set {change} where id = %s", variant)
    refused(ada, "42501", f"update public.song_variants set selected = true, {change}")


def test_a_share_token_opens_one_song_and_nothing_lists_tokens(world: World, owner: Session, variant: UUID):
    token = value(owner, "select share_token from public.song_variants where id = %s", variant)
    for session in (world.session("anon"), world.session("authenticated", BOB), world.session("service_role")):
        songs = session.execute("select * from public.get_shared_song(%s)", [token]).fetchall()
        assert songs == [(1, "songs/1.mp3", None, "pending", None)]
        assert session.execute("select from public.get_shared_song(null)").fetchall() == []
        assert session.execute("select from public.get_shared_song(gen_random_uuid())").fetchall() == []
    refused(world.session("anon"), "42501", "select share_token from public.song_variants")
    tokens = world.session("authenticated", BOB).execute("select share_token from public.song_variants").fetchall()
    assert (token,) not in tokens
    assert len(tokens) == 1


def test_a_search_path_of_the_caller_does_not_reach_the_function(world: World, owner: Session, variant: UUID):
    token = value(owner, "select share_token from public.song_variants where id = %s", variant)
    anon = world.session("anon")
    anon.execute("create temporary table song_variants (share_token uuid, storage_path text)")
    anon.execute("set search_path = pg_temp, public")
    assert value(anon, "select storage_path from public.get_shared_song(%s)", token) == "songs/1.mp3"


def test_a_failed_variant_has_exactly_one_open_dead_letter(owner: Session, worker: Session, variant: UUID):
    worker.execute(FAIL, ["no answer", 3, variant])
    worker.execute(FAIL, ["said again", 3, variant])
    assert owner.execute(LETTERS, [variant]).fetchall() == [("no answer", 3, True)]


def test_a_variant_that_is_tried_again_resolves_its_letter_and_reopens_it(
    owner: Session, worker: Session, variant: UUID
):
    worker.execute(FAIL, ["no answer", 3, variant])
    worker.execute(
        "update public.song_variants set generation_status = 'pending', error_message = null where id = %s", [variant]
    )
    assert owner.execute(LETTERS, [variant]).fetchall() == [("no answer", 3, False)]
    worker.execute(FAIL, ["again", 4, variant])
    assert owner.execute(LETTERS, [variant]).fetchall() == [("again", 4, True)]


def test_a_letter_written_in_the_failing_statement_stays_as_written(owner: Session, worker: Session, variant: UUID):
    worker.execute(
        "with failed as (update public.song_variants set generation_status = 'failed' where id = %s returning id)"
        " insert into public.failed_jobs (job_type, song_variant_id, event_data, error_message, retry_count)"
        " select 'song', id, '{\"whole\": \"event\"}', 'mine', 2 from failed",
        [variant],
    )
    letters = owner.execute("select job_type, event_data, error_message from public.failed_jobs").fetchall()
    assert letters == [("song", {"whole": "event"}, "mine")]


def test_a_letter_holds_the_event_without_its_secrets(owner: Session, worker: Session, variant: UUID):
    worker.execute(FAIL, [None, 1, variant])
    message, event = value(owner, "select error_message, event_data from public.failed_jobs")
    assert message == "no error message was recorded"
    assert event["id"] == str(variant)
    assert not {"share_token", "lease_token"} & event.keys()


def test_a_rolled_back_failure_leaves_no_letter(owner: Session, worker: Session, variant: UUID):
    with worker.transaction(force_rollback=True):
        worker.execute(FAIL, ["no answer", 3, variant])
        assert value(worker, "select count(*) from public.failed_jobs") == 1
    assert value(owner, "select count(*) from public.failed_jobs") == 0


def test_letters_are_for_the_service_role(worker: Session, ada: Session, anon: Session, variant: UUID):
    worker.execute(FAIL, ["no answer", 3, variant])
    assert value(worker, "select count(*) from public.failed_jobs") == 1
    refused(ada, "42501", "select from public.failed_jobs")
    refused(anon, "42501", "select from public.failed_jobs")


def test_a_letter_outlives_its_variant(owner: Session, worker: Session, variant: UUID):
    worker.execute(FAIL, ["no answer", 3, variant])
    owner.execute("delete from auth.users where id = %s", [ADA])
    assert value(owner, "select song_variant_id, error_message from public.failed_jobs") == (None, "no answer")


def test_a_duration_waits_for_completion(owner: Session, variant: UUID):
    refused(owner, "23514", "update public.song_variants set duration_ms = 180000 where id = %s", variant)
    owner.execute(
        "update public.song_variants set generation_status = 'complete', duration_ms = 180000 where id = %s", [variant]
    )
