"""Nobody waits for time to pass: clocks are handed in, and conditions are waited for, in tests/support alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.meta.tree import ROOT, files, name

WAITERS = ROOT / "tests/support"
SCRIPTS = ROOT / "tests"
JOBS = ("tests/unit/jobs/", "tests/integration/jobs/", "tests/acceptance/jobs/", "tests/cases/jobs/")


def scripts() -> list[Path]:
    return [
        path for path in files() if path.suffix == ".py" and SCRIPTS in path.parents and WAITERS not in path.parents
    ]


def sleeps(text: str) -> Iterator[int]:
    """The lines that sleep for longer than one turn of an event loop."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and _name(node.func) == "sleep":
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if not (len(given) == 1 and isinstance(given[0], ast.Constant) and given[0].value == 0):
                yield node.lineno


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_no_test_sleeps():
    found = [f"{name(path)}:{line}" for path in scripts() for line in sleeps(path.read_text(encoding="utf-8"))]
    assert found == []


def test_no_test_of_jobs_has_the_server_sleep():
    held = "pg_" + "sleep"
    paths = [path for path in scripts() if name(path).startswith(JOBS)]
    assert paths
    assert [name(path) for path in paths if held in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    "text", ["time.sleep(0.1)", "from time import sleep\nsleep(1)", "async def f():\n  await asyncio.sleep(delay=n)"]
)
def test_a_sleep_is_seen(text: str):
    assert list(sleeps(text))


@pytest.mark.parametrize("text", ["async def f():\n  await asyncio.sleep(0)", "until(done)", "'sleep(1)'"])
def test_what_does_not_sleep_is_left_alone(text: str):
    assert not list(sleeps(text))
