"""The list of defects, tests/cases/rls/defects.yaml: each has twins that exist and say so, or a reason why not."""

from typing import Any

import pytest
import yaml
from tests.meta.tree import ROOT

FOLDER = ROOT / "tests/cases/rls"
ROWS = 86
DEFECTS: dict[int, dict[str, Any]] = yaml.safe_load((FOLDER / "defects.yaml").read_text(encoding="utf-8"))


def test_every_row_of_the_list_is_there():
    assert list(DEFECTS) == list(range(1, ROWS + 1))


@pytest.mark.parametrize("row", DEFECTS)
def test_a_row_has_twins_or_says_why_not(row: int):
    entry = DEFECTS[row]
    assert entry.keys() <= {"what", "twins", "test", "unseen"}
    assert sum(key in entry for key in ("twins", "unseen")) == 1 or "test" in entry
    for name in entry.get("twins", ()):
        given = _case(name, row)
        assert given["bad"] != given["good"]
    if "test" in entry:
        path, _, function = entry["test"].partition("::")
        assert f"def {function or 'test_'}" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_case_stands_in_the_list(path: Any):
    for row in yaml.safe_load(path.read_text(encoding="utf-8"))["defects"]:
        assert path.stem in DEFECTS[row].get("twins", ())


def _case(name: str, row: int) -> dict[str, Any]:
    """The case of this name, of either kind, that says that it is about the row."""
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob(f"*/{name}.yaml")]
    assert found, f"no case {name}"
    mine = [given for given in found if row in given["defects"]]
    assert mine, f"{name} does not say that it is about row {row}"
    return dict(mine[0])
