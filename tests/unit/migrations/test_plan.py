"""The plan against small histories, one disagreement a test; the invariants are in test_plan_properties."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.migrations import folder, migration, recorded

from schemactl.core.errors import ConfigError, HistoryError
from schemactl.migrations.history import State
from schemactl.migrations.model import Version
from schemactl.migrations.plan import Standing, plan

ONE = migration("0001_users", "CREATE TABLE users (id int);\nCREATE TABLE orders (id int);\n")
TWO = migration("0002_songs", "CREATE TABLE songs (id int);\n")
VIEWS = migration("R__views", "CREATE OR REPLACE VIEW v AS SELECT 1;\n")


def standings(*arguments, **options) -> list[tuple[str, Standing]]:
    return [(entry.title, entry.standing) for entry in plan(*arguments, **options).entries]


def test_an_empty_history_needs_everything_in_order():
    assert standings(folder(TWO, ONE, VIEWS), ()) == [
        ("0001_users", Standing.PENDING),
        ("0002_songs", Standing.PENDING),
        ("R__views", Standing.PENDING),
    ]


def test_what_is_recorded_is_done():
    result = plan(folder(ONE, TWO, VIEWS), [recorded(VIEWS), recorded(TWO), recorded(ONE)])
    assert not result.steps
    assert not result.cosmetic
    result.require_no_conflict()


def test_a_version_is_its_number_however_it_is_written():
    row = replace(recorded(ONE), version=Version.parse("1"))
    assert standings(folder(ONE), [row]) == [("0001_users", Standing.APPLIED)]


@pytest.mark.parametrize(
    "text",
    [
        "-- the users\r\nCREATE TABLE users (id int);\r\nCREATE TABLE orders (id int);\r\n",
        "create table   users(id int);\n\n/* and */ CREATE TABLE orders (id int)",
    ],
)
def test_an_edit_of_comments_white_space_and_semicolons_is_cosmetic(text: str):
    (entry,) = plan(folder(migration("0001_users", text)), [recorded(ONE)]).entries
    assert entry.standing is Standing.COSMETIC
    assert entry.note == (
        "migrations/0001_users.sql: only comments, white space or line ends changed since it was applied "
        "on 2026-01-02 03:04 UTC by ada"
    )


def test_a_new_name_for_the_same_statements_is_cosmetic():
    (entry,) = plan(folder(migration("0001_people", ONE.text)), [recorded(ONE)]).entries
    assert entry.standing is Standing.COSMETIC
    assert entry.note == "migrations/0001_people.sql: renamed, 0001_users before"


def test_a_semantic_edit_is_refused_with_a_diff_of_the_statements():
    edited = migration(
        "0001_users",
        "CREATE TABLE users (\n  id bigint\n);\nCREATE TABLE orders (id int);\nCREATE INDEX i ON users (id);\n",
    )
    with pytest.raises(HistoryError) as caught:
        plan(folder(edited), [recorded(ONE)]).require_no_conflict()
    assert caught.value.exit_code == 5
    assert str(caught.value).splitlines() == [
        "the files and the history of the database disagree",
        "  migrations/0001_users.sql: edited after it was applied on 2026-01-02 03:04 UTC by ada",
        "  statement 1 was changed:",
        "    -CREATE TABLE users (id int)",
        "    +CREATE TABLE users (",
        "    +  id bigint",
        "    +)",
        "  statement 3 was added:",
        "    +CREATE INDEX i ON users (id)",
    ]
    assert caught.value.hint is not None
    assert "write a new migration" in caught.value.hint


def test_a_removed_statement_is_told_from_a_changed_one():
    edited = migration("0001_users", "CREATE TABLE orders (id int);")
    (entry,) = plan(folder(edited), [recorded(ONE)]).conflicts
    assert [str(change).splitlines()[0] for change in entry.changes] == ["statement 1 was removed:"]


def test_a_removed_statement_has_the_number_it_was_applied_with():
    before = migration("0001_x", "SELECT 1; SELECT 2; SELECT 3; SELECT 4;")
    after = migration("0001_x", "SELECT 2; SELECT 4;")
    (entry,) = plan(folder(after), [recorded(before)]).conflicts
    assert [str(change).splitlines()[0] for change in entry.changes] == [
        "statement 1 was removed:",
        "statement 3 was removed:",
    ]


def test_an_edit_that_no_longer_parses_is_an_edit():
    (entry,) = plan(folder(migration("0001_users", "CREATE TABEL")), [recorded(ONE)]).conflicts
    assert entry.standing is Standing.EDITED
    assert len(entry.changes) == 2


def test_an_empty_file_that_no_longer_parses_is_an_edit_too():
    (entry,) = plan(folder(migration("0001_users", "CREATE TABEL")), [recorded(migration("0001_users", ""))]).conflicts
    assert entry.standing is Standing.EDITED


def test_another_migration_under_the_same_number_is_refused():
    (entry,) = plan(folder(migration("0001_songs", TWO.text)), [recorded(ONE)]).conflicts
    assert "another migration than 0001_users, applied on" in entry.note


def test_a_password_does_not_reach_the_diff():
    secret = "hunter" + "22"
    before = migration("0001_role", f"CREATE ROLE r LOGIN PASSWORD '{secret}';")
    after = migration("0001_role", f"CREATE ROLE r NOLOGIN PASSWORD '{secret}';")
    with pytest.raises(HistoryError) as caught:
        plan(folder(after), [recorded(before)]).require_no_conflict()
    assert "NOLOGIN" in str(caught.value)
    assert secret not in str(caught.value)


def test_a_ledger_without_checksums_says_nothing_about_edits():
    bare = replace(recorded(ONE), raw_checksum=None, token_checksum=None, statements=())
    assert standings(folder(migration("0001_users", "SELECT 9;")), [bare]) == [("0001_users", Standing.APPLIED)]


def test_a_ledger_that_keeps_statements_alone_still_tells_an_edit():
    bare = replace(recorded(ONE), raw_checksum=None, token_checksum=None)
    assert standings(folder(ONE), [bare]) == [("0001_users", Standing.APPLIED)]
    edited = migration("0001_users", "SELECT 9;")
    assert standings(folder(edited), [bare]) == [("0001_users", Standing.EDITED)]


def test_a_file_below_the_last_applied_version_is_refused_unless_allowed():
    arguments = folder(ONE, TWO), [recorded(TWO)]
    (entry,) = plan(*arguments).conflicts
    assert entry.standing is Standing.REFUSED
    assert entry.note == "migrations/0001_users.sql: not applied, though the later 0002 is"
    allowed = plan(*arguments, out_of_order=True)
    allowed.require_no_conflict()
    assert [(step.migration, step.standing) for step in allowed.steps] == [(ONE, Standing.OUT_OF_ORDER)]


def test_a_deleted_file_is_refused():
    (entry,) = plan(folder(TWO), [recorded(ONE), recorded(TWO)]).conflicts
    assert entry.standing is Standing.DELETED
    assert entry.note == "0001_users: applied on 2026-01-02 03:04 UTC by ada, but its file is gone"


def test_a_version_newer_than_every_file_is_refused_as_unknown():
    (entry,) = plan(folder(ONE), [recorded(ONE), recorded(TWO)]).conflicts
    assert entry.standing is Standing.UNKNOWN
    with pytest.raises(HistoryError) as caught:
        plan(folder(ONE), [recorded(ONE), recorded(TWO)]).require_no_conflict()
    assert "Update your copy" in str(caught.value.hint)


def test_a_baseline_stands_for_every_version_up_to_it_with_or_without_files():
    baseline = replace(recorded(TWO), state=State.BASELINE, raw_checksum=None, token_checksum=None, statements=())
    three = migration("0003_more", "SELECT 3;")
    assert standings(folder(ONE, TWO, three), [baseline]) == [
        ("0001_users", Standing.BASELINE),
        ("0002_songs", Standing.BASELINE),
        ("0003_more", Standing.PENDING),
    ]
    plan(folder(three), [baseline, recorded(ONE)]).require_no_conflict()


def test_migrations_above_the_target_version_are_held_back_and_repeatables_with_them():
    assert standings(folder(ONE, TWO, VIEWS), (), to=Version.parse("1")) == [
        ("0001_users", Standing.PENDING),
        ("0002_songs", Standing.HELD_BACK),
        ("R__views", Standing.HELD_BACK),
    ]


@pytest.mark.parametrize(("wanted", "hint"), [("9", "The last one is 0002."), ("0003", "Did you mean 0002?")])
def test_a_target_version_that_no_file_has_is_an_error(wanted: str, hint: str):
    with pytest.raises(ConfigError, match=f"no migration in migrations has version {wanted}") as caught:
        plan(folder(ONE, TWO), (), to=Version.parse(wanted))
    assert caught.value.hint == hint


def test_a_repeatable_runs_again_when_its_content_changes_and_not_for_a_comment():
    changed = migration("R__views", "CREATE OR REPLACE VIEW v AS SELECT 2;")
    commented = migration("R__views", "-- the view\n" + VIEWS.text)
    assert standings(folder(changed), [recorded(VIEWS)]) == [("R__views", Standing.CHANGED)]
    assert standings(folder(commented), [recorded(VIEWS)]) == [("R__views", Standing.COSMETIC)]


def test_a_repeatable_whose_file_is_gone_is_no_conflict():
    result = plan(folder(ONE), [recorded(ONE), recorded(VIEWS)])
    assert [entry.standing for entry in result.entries] == [Standing.APPLIED, Standing.REMOVED]
    result.require_no_conflict()


@pytest.mark.parametrize("state", [State.RUNNING, State.FAILED])
def test_a_run_that_broke_off_is_resumed_behind_what_was_done(state: State):
    row = replace(recorded(ONE), state=state, done=1, finished_at=None)
    (step,) = plan(folder(ONE), [row]).steps
    assert (step.standing, step.done, step.row) == (Standing.RESUME, 1, row)


def test_the_statement_that_failed_may_be_mended_before_the_resumption():
    row = replace(recorded(ONE), state=State.FAILED, done=1)
    mended = migration("0001_users", "CREATE TABLE users (id int);\nCREATE TABLE IF NOT EXISTS orders (id int);")
    (step,) = plan(folder(mended), [row]).steps
    assert (step.standing, step.done) == (Standing.RESUME, 1)


def test_what_ran_before_the_run_broke_off_may_not_be_edited():
    row = replace(recorded(ONE), state=State.FAILED, done=1)
    edited = migration("0001_users", "CREATE TABLE people (id int);\nCREATE TABLE orders (id int);")
    (entry,) = plan(folder(edited), [row]).conflicts
    assert entry.note == "migrations/0001_users.sql: statement 1 edited since the run broke off"


def test_a_repeatable_edited_since_its_run_broke_off_begins_anew():
    row = replace(recorded(VIEWS), state=State.FAILED, done=1)
    (step,) = plan(folder(migration("R__views", "CREATE OR REPLACE VIEW v AS SELECT 2;")), [row]).steps
    assert (step.standing, step.done) == (Standing.RESUME, 0)


def test_the_moment_of_a_run_in_progress_is_its_start():
    row = replace(recorded(ONE), finished_at=None, started_at=datetime(2025, 5, 6, 7, 8, tzinfo=UTC))
    (entry,) = plan(folder(TWO), [row]).conflicts
    assert "2025-05-06 07:08" in entry.note
    assert row.duration is None


def test_files_are_named_as_they_were_given():
    assert ONE.file == str(Path("migrations") / "0001_users.sql")
