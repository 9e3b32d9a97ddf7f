"""The lock and cost table, and the sizes that turn it into seconds."""

import json
from pathlib import Path

from tests.support.program import run

from schemactl.db.connect import connect
from schemactl.servers import Database

ROOT = Path(__file__).parents[3]
PLANS = ROOT / "tests" / "cases" / "plans"


def test_the_scan_under_an_exclusive_lock_is_seen_in_the_plans():
    result = run("verify", PLANS, "--only", "locks", "--format", "json")
    found = [(Path(f["file"]).name, f["statement"], f["evidence"]) for f in result.json["findings"]]
    assert found == [("0046_meal_plan_generation_status.sql", 3, "executed")]
    costs = [c for c in result.json["verify"]["locks"] if c["statement"] == 3 and c["growth"] == "grows"]
    assert [(c["table"], c["mode"], c["rows_read"] > 0) for c in costs] == [
        ("public.meal_plans", "ACCESS EXCLUSIVE", True)
    ]
    assert costs[0]["blocks"] == ["reads", "writes", "foreign-key checks"]
    assert costs[0]["seconds"] is None


def test_statistics_of_a_database_give_an_estimate(tmp_path: Path, embedded_database: Database):
    with connect(embedded_database.dsn) as connection:
        connection.execute("create table public.meal_plans as select g as id from generate_series(1, 20000) as g")
        connection.execute("analyze public.meal_plans")
    sizes = tmp_path / "sizes.json"
    written = run("stats", "--database", embedded_database.dsn, "--format", "json", "--output", sizes)
    assert written.code == 0
    assert json.loads(sizes.read_text())["stats"]["tables"]["public.meal_plans"]["rows"] == 20000
    result = run("verify", PLANS, "--only", "locks", "--stats", sizes)
    assert "at its real size" in " ".join(result.out.split())


def test_statistics_that_are_none_are_refused(tmp_path: Path):
    wrong = tmp_path / "sizes.json"
    wrong.write_text("[]")
    result = run("verify", PLANS, "--stats", wrong, "--format", "json")
    assert result.code == 2
    assert "not a file of statistics" in result.json["error"]["message"]
    assert run("verify", PLANS, "--stats", tmp_path / "none.json").code == 2
