import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import schemactl

SOURCE = Path(schemactl.__file__).parents[1]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "schemactl", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def test_version():
    assert run("--version").stdout == f"schemactl {schemactl.__version__}\n"


@pytest.mark.parametrize("arguments", [["aply"], ["--hlp"]])
def test_wrong_usage_is_an_error_with_a_hint_and_exit_code_2(arguments: list[str]):
    result = run(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert "hint:" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("group", [[], ["rls"], ["jobs"]])
def test_without_a_command_there_is_the_help_with_whole_sentences(group: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")
    result = run(*group)
    assert (result.returncode, result.stdout) == (2, "")
    usage, *listed = result.stderr.splitlines()
    assert usage.startswith("Usage: schemactl")
    assert not [line for line in listed if line.endswith("...") or "hint:" in line]
    assert max(map(len, listed)) < 80


@pytest.mark.parametrize("arguments", ["explain 3", "explain 3 --format json", "--help"])
@pytest.mark.parametrize(
    ("end", "code"), [(">&-", 0), ("<&-", 0), ("2>&-", 0), (">/dev/full", 2), (">&- 2>&-", 0)], ids=str
)
def test_streams_that_are_closed_or_full_end_without_a_traceback(arguments: str, end: str, code: int):
    program = f"{sys.executable} -m schemactl {arguments} {end}"
    result = subprocess.run(
        ["bash", "-c", program],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert result.returncode == code
    assert result.stderr == ("" if code == 0 else "error: cannot write the output: No space left on device\n")


def test_an_interrupt_while_modules_are_imported_is_no_traceback():
    """A finder of modules stands in for the person: it is asked when Typer is imported."""
    script = """
import sys

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Impatient())
sys.argv = ["schemactl", "status"]
from schemactl.cli.start import main
main()
"""
    result = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "error: interrupted\n")


def test_an_error_is_one_json_document_when_json_was_asked_for():
    result = run("aply", "--format", "json")
    document = json.loads(result.stdout)
    assert result.returncode == document["error"]["exit_code"] == 2
    assert not document["ok"]


def test_the_version_imports_nothing_heavy():
    script = (
        "import sys; sys.argv=['schemactl', '--version']\ntry:\n import schemactl.__main__\nexcept SystemExit: pass\n"
    )
    script = script.replace("import schemactl.__main__", "from schemactl.cli.app import main; main()")
    script += "print({'psycopg','pglast','sqlglot','rich','testcontainers','orjson'} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert result.stdout.splitlines()[-1] == "set()"
