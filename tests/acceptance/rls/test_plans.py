"""The four plans as first written, and the corrected tree, against the access that they want."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.meta.tree import ROOT
from tests.support.access import psql, rls
from tests.support.applying import rows
from tests.support.program import Outcome

from schemactl.migrations.files import load
from schemactl.rls.database import migrate
from schemactl.servers import Database, Server

PLANS = ROOT / "tests/cases/plans"
DEFECTS = {
    defect["number"]: defect
    for defect in json.loads((PLANS / "defects.json").read_text(encoding="utf-8"))["defects"]
    if "rls" in defect["found_by"]
}
BEHAVIOUR = {5: "access-beyond-policies", 6: "access-beyond-policies", 10: "access-beyond-policies"}
STATIC = {13: "nullable-owner-column", 18: "policy-for-bypassing-role"}


@pytest.fixture(scope="module")
def plans() -> Outcome:
    return rls("test", PLANS)


@pytest.fixture(scope="module")
def database(embedded_server: Server) -> Iterator[Database]:
    with embedded_server.database("plans") as fresh:
        migrate(fresh.dsn, load(PLANS / "migrations"))
        yield fresh


@pytest.mark.parametrize("number", [*BEHAVIOUR, *STATIC])
def test_each_defect_is_found_once_at_its_statement(plans: Outcome, number: int):
    rule = (BEHAVIOUR | STATIC)[number]
    places = DEFECTS[number]["locations"]
    if number == 13:  # its other half is lint's: the foreign key without an index
        places = [place for place in places if place["object"].endswith("user_id")]
    for place in places:
        name = place["object"].rsplit(".", 1)[-1]
        found = [
            one for one in findings(plans, rule) if name in one["object"].replace('"', "").replace(" ", ".").split(".")
        ]
        assert [one["statement"] for one in found] == [place["statement"]], name
        assert found[0]["file"].endswith(Path(place["file"]).name)
        assert found[0]["repro"]


def findings(outcome: Outcome, rule: str) -> list[dict[str, Any]]:
    return [finding for finding in outcome.json["findings"] if finding["rule"] == rule]


def test_nothing_else_is_reported_of_the_plans_but_what_is_true(plans: Outcome):
    others = {
        (one["rule"], one["object"])
        for one in plans.json["findings"]
        if not any(p["object"].rsplit(".", 1)[-1] in one["object"] for n in DEFECTS for p in DEFECTS[n]["locations"])
    }
    assert plans.code == 1
    assert others == {
        ("access-error", "table public.generations"),  # defect 11 stops the service as well
        ("access-beyond-policies", "policy generations_insert_own on public.generations"),  # another's portrait
    }


def script(outcome: Outcome, policy: str) -> str:
    (found,) = [one for one in findings(outcome, "access-beyond-policies") if f"policy {policy} " in one["object"]]
    return str(found["repro"])


def test_the_script_of_defect_5_lists_two_users_songs_and_tokens(plans: Outcome, database: Database):
    shown = psql(database, script(plans, "song_variants_select_shared"))
    lines = [line.split("|") for line in shown.splitlines() if line.count("|") == 2]
    assert len({owner for _, owner, _ in lines}) == 2
    assert all(len(token) == 36 for _, _, token in lines)


def test_the_script_of_defect_6_changes_what_only_the_service_may(plans: Outcome, database: Database):
    text = script(plans, "song_variants_update_own")
    assert "ERROR" not in psql(database, text)
    assert "set selected" not in text


def test_the_script_of_defect_10_reaches_the_trigger_as_anon(plans: Outcome, database: Database):
    text = script(plans, "generations_service_update")
    assert "SET LOCAL ROLE anon;" in text
    assert 'has no field "updated_at"' in psql(database, text)
    assert "ERROR" not in psql(database, script(plans, "thumbnails_service_insert"))


def test_scripts_leave_nothing_behind(plans: Outcome, database: Database):
    for finding in plans.json["findings"]:
        psql(database, finding["repro"])
    assert rows(database.superuser_dsn, "select count(*) from auth.users") == [(0,)]


def test_the_corrected_tree_passes_whole():
    outcome = rls("test", ROOT)
    assert outcome.code == 0, outcome.out
    cells = outcome.json["rls_test"]["cells"]
    assert outcome.json["findings"] == []
    assert len(cells) > 2000
    assert {cell["verdict"] for cell in cells} == {"allow", "deny"}
    allowed = {cell["table"] for cell in cells if cell["verdict"] == "allow"}
    assert len(allowed - {"public." + name for name in functions(cells)}) >= 15


def functions(cells: list[dict[str, Any]]) -> set[str]:
    return {cell["table"].removeprefix("public.") for cell in cells if cell["form"] == "call"}


def test_a_live_database_is_tested_and_left_as_it_was(embedded_server: Server):
    with embedded_server.database("copy") as live:
        migrate(live.dsn, load(ROOT / "migrations"))
        outcome = rls("test", ROOT, "--database", live.superuser_dsn)
        assert outcome.code == 0, outcome.out
        with psycopg.connect(live.superuser_dsn) as connection:
            (count,) = connection.execute("select count(*) from public.profiles").fetchone() or (None,)
        assert count == 0
