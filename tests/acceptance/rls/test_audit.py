"""`rls audit` as a user runs it: on migrations, and on a live database, which it only reads."""

from pathlib import Path

from tests.meta.tree import ROOT
from tests.support.access import NOTES, OWN, PRIVATE, ROLES, project, rls, rules
from tests.support.applying import rows

from schemactl.migrations.files import load
from schemactl.rls.database import migrate
from schemactl.servers import Server

INDEX = "create index on notes (owner_id);"


def test_a_sound_project_has_nothing_to_tell(tmp_path: Path):
    empty = "create type nothing as enum (); create table bare ();"
    outcome = rls("audit", project(tmp_path, ROLES + NOTES + OWN + INDEX + empty, PRIVATE))
    assert outcome.code == 0, outcome.err
    assert rules(outcome) == []
    assert len(outcome.json["rls_audit"]["rules"]) > 30


def test_a_finding_stands_at_its_statement(tmp_path: Path):
    sql = ROLES + NOTES + OWN + INDEX + "\ncreate view seen as select * from notes;\ngrant select on seen to t_user;"
    outcome = rls("audit", project(tmp_path, sql, PRIVATE))
    (finding,) = outcome.json["findings"]
    assert outcome.code == 1
    assert finding["rule"] == "view-without-security-invoker"
    assert finding["line"] == sql[: sql.index("create view")].count("\n") + 1
    assert "security_invoker" in finding["hint"]


def test_the_corrected_tree_has_nothing_to_tell():
    outcome = rls("audit", ROOT)
    assert outcome.code == 0
    assert rules(outcome) == []


def test_a_live_database_is_only_read(embedded_server: Server):
    with embedded_server.database("copy") as live:
        migrate(live.dsn, load(ROOT / "tests/cases/plans/migrations"))
        before = rows(live.superuser_dsn, "select pg_current_wal_insert_lsn() is not null, count(*) from pg_class")
        outcome = rls("audit", ROOT, "--database", live.superuser_dsn)
        assert "policy-without-role" in rules(outcome)
        assert "server-below-security-fix" in rules(outcome)
        assert (
            rows(live.superuser_dsn, "select pg_current_wal_insert_lsn() is not null, count(*) from pg_class") == before
        )


def test_one_rule_alone_and_an_unknown_one(tmp_path: Path):
    folder = project(tmp_path, ROLES + NOTES + OWN + "grant truncate, trigger on notes to t_user;", PRIVATE)
    assert rules(rls("audit", folder, "--only", "truncate-granted")) == ["truncate-granted"]
    assert rules(rls("audit", folder, "--skip", "truncate-granted")) == ["broad-grant"]
    wrong = rls("audit", folder, "--only", "truncate-grantd")
    assert wrong.code == 2
    assert "Did you mean `truncate-granted`?" in wrong.out


def test_the_access_test_asks_the_rules_as_well(tmp_path: Path):
    folder = project(tmp_path, ROLES + NOTES + OWN + INDEX + "grant trigger on notes to t_user;", PRIVATE)
    assert rules(rls("test", folder)) == []
    assert rules(rls("test", folder, "--audit")) == ["broad-grant"]
