"""System C: a parent with progress, children with results."""

from uuid import UUID

import pytest
from tests.integration.example_tree.conftest import ADA, BOB, Session, refused, value

ASK = (
    "insert into public.generations (user_id, portrait_id, portrait_url, keywords, background_count)"
    " values (%s, %s, 'https://example.org/p.png', 'sun', 2) returning id"
)


@pytest.fixture
def generation(ada: Session) -> UUID:
    """A generation that Ada asked for."""
    found = value(ada, ASK, ADA, None)
    assert isinstance(found, UUID)
    return found


@pytest.mark.parametrize("status", ["pending", "processing", "completed", "failed", "partial"])
def test_the_service_role_updates_and_the_trigger_stamps(worker: Session, generation: UUID, status: str):
    worker.execute(
        "update public.generations set status = %s, progress = 100, updated_at = '2000-01-01' where id = %s",
        [status, generation],
    )
    assert value(worker, "select updated_at >= created_at from public.generations") is True


@pytest.mark.parametrize("change", ["status = 'done'", "status = null", "progress = 101", "progress = -1"])
def test_the_database_holds_the_ranges(owner: Session, generation: UUID, change: str):
    refused(owner, "23502" if "null" in change else "23514", f"update public.generations set {change}")
    assert value(owner, "select id from public.generations") == generation


@pytest.mark.parametrize("column", ["status", "progress", "credits_used", "thumbnail_count"])
def test_a_user_cannot_set_what_the_server_counts(ada: Session, column: str):
    ask = ASK.replace("background_count)", f"background_count, {column})").replace("2)", "2, default)")
    refused(ada, "42501", ask, ADA, None)


def test_users_neither_update_generations_nor_insert_thumbnails(ada: Session, worker: Session, generation: UUID):
    new = "insert into public.thumbnails (generation_id, storage_path, public_url) values (%s, 's', 'u')"
    refused(ada, "42501", "update public.generations set status = 'completed'")
    refused(ada, "42501", new, generation)
    worker.execute(new, [generation])
    assert len(ada.execute("select from public.thumbnails").fetchall()) == 1


def test_nobody_sees_or_makes_the_generations_of_another(bob: Session, worker: Session, generation: UUID):
    worker.execute(
        "insert into public.thumbnails (generation_id, storage_path, public_url) values (%s, 's', 'u')", [generation]
    )
    assert bob.execute("select from public.generations").fetchall() == []
    assert bob.execute("select from public.thumbnails").fetchall() == []
    refused(bob, "42501", ASK, ADA, None)


def test_a_generation_starts_from_the_own_portrait(owner: Session, ada: Session, bob: Session):
    portrait = value(
        ada,
        "insert into public.portraits (user_id, storage_path, public_url) values (%s, 's', 'u') returning id",
        ADA,
    )
    refused(bob, "42501", ASK, BOB, portrait)
    value(ada, ASK, ADA, portrait)
    ada.execute("delete from public.portraits")
    assert value(owner, "select portrait_id, portrait_url from public.generations")[0] is None


def test_realtime_publishes_generations_with_the_whole_old_row(owner: Session):
    assert value(owner, "select relreplident from pg_class where oid = 'public.generations'::regclass") == "f"
    published = owner.execute("select tablename from pg_publication_tables where pubname = 'supabase_realtime'")
    assert published.fetchall() == [("generations",)]
