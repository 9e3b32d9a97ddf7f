"""A project of the platform, and the program beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.management_api import TARGET, Platform, serving
from tests.support.program import Outcome, run

from schemactl.servers import Database

Schemactl = Callable[..., Outcome]


def reaching(platform: Platform, *arguments: str | Path, cwd: Path | None = None, **environment: str) -> Outcome:
    """The program, told where the API is, and let in."""
    return run(*arguments, cwd=cwd, **{**platform.environment, **environment})


@pytest.fixture
def platform(embedded_database: Database) -> Iterator[Platform]:
    with serving(Platform(embedded_database.dsn)) as served:
        yield served


@pytest.fixture
def schemactl(platform: Platform) -> Schemactl:
    """The program, its target the project."""

    def call(command: str, *arguments: str | Path, **environment: str) -> Outcome:
        return reaching(platform, command, *arguments, "--database", TARGET, cwd=None, **environment)

    return call
