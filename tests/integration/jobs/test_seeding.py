"""A job table without a fixture: the schema says what a job needs."""

from collections.abc import Iterator

import pytest

from schemactl.core.config_jobs import JobColumns, JobConfig
from schemactl.jobs.exercise import run_check
from schemactl.jobs.exercise.breach import Breach
from schemactl.jobs.exercise.stage import Effort, Stage, staged
from schemactl.jobs.spec import Spec
from schemactl.servers import Database, Server

TABLE = """
create table public.mails (
  id               bigint generated always as identity primary key,
  user_id          uuid not null references auth.users (id),
  address          text not null check (address like '%@%'),
  status           text not null default 'pending'
                   check (status in ('pending', 'processing', 'completed', 'failed')),
  error_message    text,
  retry_count      integer not null default 0,
  lease_token      uuid,
  lease_expires_at timestamptz,
  created_at       timestamptz not null default now(),
  check ((status = 'failed') = (error_message is not null))
)
"""
MAILS = Spec(
    "mails",
    JobConfig(
        table="public.mails",
        limit=3,
        columns=JobColumns(
            owner="user_id",
            error_message="error_message",
            attempts="retry_count",
            lease_token="lease_token",
            lease_expires_at="lease_expires_at",
        ),
    ),
)


@pytest.fixture
def mails(embedded_server: Server, tree_database: Database) -> Iterator[Stage]:
    """A table of mails with nothing but its constraints."""

    def build(database: Database) -> None:
        import psycopg

        with psycopg.connect(database.superuser_dsn, autocommit=True) as session:
            session.execute(TABLE.encode())

    source = embedded_server.template("mails", build)
    with staged(embedded_server, source, MAILS, effort=Effort(interleavings=15)) as opened:
        yield opened


@pytest.mark.parametrize(
    "check", ["writes", "constraints", "lifecycle", "limits", "workers", "concurrency", "interleavings"]
)
def test_a_sound_table_passes_without_a_fixture(mails: Stage, check: str):
    assert [one for one in run_check(check, mails) if isinstance(one, Breach)] == []


def test_its_reproductions_bring_the_row_along(mails: Stage):
    mails.owner.execute("alter table mails drop constraint mails_status_check")
    (found,) = [one for one in run_check("constraints", mails) if isinstance(one, Breach)]
    assert "jsonb_populate_record" in found.repro
    assert "no_such_state" in found.repro
