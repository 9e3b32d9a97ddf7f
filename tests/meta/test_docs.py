"""Pages that are written from code say what the code says."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest
from tests.meta.tree import ROOT

from schemactl.cli.described import attribute_docs
from schemactl.cli.docs import catalogue, generated, pages, write
from schemactl.core.config import Config

DOCS = ROOT / "docs"


def test_pages_are_what_the_generator_gives():
    stale = [path for path, text in pages().items() if not (DOCS / path).is_file() or read(DOCS / path) != text]
    assert stale == [], "run `make docs`"


def test_no_page_outlives_its_code():
    assert set(generated(DOCS)) <= set(pages()), "run `make docs`"


def test_every_configuration_key_says_what_it_does():
    assert sorted(undocumented(Config)) == []


def test_writing_removes_pages_without_code_and_leaves_others(tmp_path: Path):
    write(tmp_path)
    (tmp_path / "rules").mkdir(exist_ok=True)
    (tmp_path / "rules" / "gone.md").write_text(read(tmp_path / "cli.md"), encoding="utf-8")
    (tmp_path / "guide.md").write_text("# By hand\n", encoding="utf-8")
    write(tmp_path)
    assert not (tmp_path / "rules" / "gone.md").exists()
    assert (tmp_path / "guide.md").exists()


def test_a_module_becomes_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "sample_rules" / "locks"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package.parent / "index.py").touch()
    (package / "_shared.py").write_text('"""Not a page."""\n', encoding="utf-8")
    (package / "slow_index.py").write_text('"""An index is built slowly.\n\nWhy.\n"""\n', encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    written = catalogue("rules", "sample_rules", "Rules", "About.")
    assert written["rules/slow-index.md"] == "# slow-index\n\nAn index is built slowly.\n\nWhy.\n"
    assert "[slow-index](slow-index.md) | An index is built slowly." in written["rules/README.md"]
    assert len(written) == 2


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def undocumented(kind: type, prefix: str = "") -> list[str]:
    hints = get_type_hints(kind)
    described = attribute_docs(kind)
    missing = []
    for item in fields(kind):
        if is_dataclass(hints[item.name]):
            missing += undocumented(hints[item.name], f"{prefix}{item.name}.")
        elif item.metadata.get("key", True) and item.name not in described:
            missing.append(prefix + item.name)
    return missing
