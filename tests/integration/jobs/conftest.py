"""The four systems, each on a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemactl.core.config import load as load_config
from schemactl.jobs.exercise import tree
from schemactl.jobs.exercise.stage import Stage, staged
from schemactl.jobs.spec import Spec, named
from schemactl.migrations.files import load
from schemactl.servers import Database, Server

ROOT = Path(__file__).parents[3]
CONFIG = load_config(ROOT / "schemactl.toml", {})
SPECS = named(CONFIG, None)


@pytest.fixture(scope="session")
def tree_database(embedded_server: Server) -> Database:
    """The example tree; clone it."""

    def build(database: Database) -> None:
        folder = load(ROOT / "migrations")
        tree.apply(folder, tree.scripts(folder), database)

    return embedded_server.template("jobs", build)


@pytest.fixture(params=SPECS, ids=lambda spec: spec.name)
def spec(request: pytest.FixtureRequest) -> Spec:
    """Each system's job table."""
    chosen: Spec = request.param
    return chosen


@pytest.fixture
def stage(embedded_server: Server, tree_database: Database, spec: Spec) -> Iterator[Stage]:
    """A stage for each system."""
    with staged(embedded_server, tree_database, spec) as opened:
        yield opened
