from pathlib import Path

import pytest
from benchmarks import run


def test_a_saved_table_takes_the_place_of_its_last_one_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run, "RESULTS", tmp_path / "results.md")
    monkeypatch.setattr("benchmarks.peers.versions", lambda: {"Python": "3"})
    run.save("verify", "## verify\n\nold\n")
    run.save("start_up", "## start\n\n1 round.\n")
    run.save("verify", "## verify\n\nnew\n")
    text = run.RESULTS.read_text(encoding="utf-8")
    assert text.startswith("# Results\n\nPython 3. Medians;")
    assert text.endswith("\n<!-- start_up -->\n## start\n\n1 round.\n\n<!-- verify -->\n## verify\n\nnew\n")
