"""Dependencies are explained, and the wheel carries what the package needs."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from tests.meta.tree import ROOT, SOURCE, files, name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXPLAINED = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in requirements}


def test_every_dependency_is_explained_and_nothing_else():
    assert names(PROJECT["dependencies"]) == set(re.findall(r"^\| ([a-z][\w-]*) \|", EXPLAINED, re.MULTILINE)) - {
        "package"
    }


def test_development_dependencies_are_named():
    (sentence,) = re.findall(r"^For development: (.*)$", EXPLAINED, re.MULTILINE)
    assert names(PROJECT["optional-dependencies"]["dev"]) == set(
        re.findall(r"[a-z][\w-]+", re.sub(r"\(.*?\)", "", sentence))
    )


def test_the_wheel_holds_the_package_its_sql_and_its_types(tmp_path: Path):
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            tmp_path,
            ROOT,
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    expected = {name(path).removeprefix("src/") for path in files() if path.is_relative_to(SOURCE)}
    assert expected <= packed
    assert "schemactl/py.typed" in packed
    assert any(entry.endswith("licenses/LICENSE") for entry in packed)
