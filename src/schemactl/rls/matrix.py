"""`schemactl rls matrix`: who can do what, as observed; no expectations needed."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemactl.core.config import Config
from schemactl.core.events import Finished, Listener, Started, ignore
from schemactl.core.results import Report
from schemactl.core.words import plural
from schemactl.db.connect import connect
from schemactl.rls import binding, database, grid, observing, reading
from schemactl.rls.binding import Catalog
from schemactl.rls.guessing import guess, schemas_of
from schemactl.rls.model import Policies
from schemactl.rls.observing import Observation
from schemactl.rls.page import page
from schemactl.rls.production import require_playground

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_TASK = "matrix"


@dataclass(frozen=True, slots=True)
class Matrix:
    """What was observed, as a report and as a page."""

    report: Report
    observation: Observation

    def as_html(self) -> str:
        """The grid as one HTML page that needs nothing else."""
        return page(self.observation, self.report.summary)


def run(config: Config, *, dsn: str | None = None, listener: Listener = ignore) -> Matrix:
    """Observe every table as every actor. Actors and owners are those of the policies, or guessed where there are none.

    Raises ConfigError, StatementError, ServerError.
    """
    listener(Started(_TASK))
    try:
        with connected(config, dsn, listener) as connection:
            policies, catalog = declared_or_guessed(connection, config)
            with database.undone(connection):
                observation = observing.observe(connection, policies, catalog)
    finally:
        listener(Finished(_TASK))
    tables = plural(len(policies.tables), "table")
    summary = f"{tables}, {plural(len(policies.actors), 'actor')}, {plural(len(observation.cells), 'cell')} observed"
    report = Report(
        command="rls matrix",
        summary=summary,
        sections=(grid.table("Observed access", observation, judged=False),),
        details={"access": grid.as_json(grid.allowed(observation.cells)), "unseedable": _unseedable(observation)},
    )
    return Matrix(report, observation)


def declared_or_guessed(connection: "Connection", config: Config) -> tuple[Policies, Catalog]:
    """The policies, completed by guesses for tables without a line; all guessed where there is no folder."""
    written = reading.load(config.policies_path) if config.policies_path.is_dir() else None
    catalog = observing.catalog_of(connection, written)
    guessed = guess(catalog, written, schemas=schemas_of(catalog))
    if written:
        known = {path: rules for path, rules in written.tables.items() if path in catalog.relations}
        guessed = replace(written, tables={**guessed.tables, **known}, realtime=None)
    binding.require(replace(guessed, functions={}), catalog)
    return guessed, catalog


@contextmanager
def connected(config: Config, dsn: str | None, listener: Listener) -> "Iterator[Connection]":
    """A connection to `dsn`, or to a throwaway database with the migrations applied."""
    if dsn is not None:
        with closing(connect(dsn)) as connection:
            require_playground(connection)
            yield connection
        return
    folder = database.folder_of(config)
    with database.throwaway(config, listener) as (_, fresh):
        database.migrate(fresh.dsn, folder)
        with closing(connect(fresh.superuser_dsn)) as connection:
            yield connection


def _unseedable(observation: Observation) -> dict[str, str]:
    return {f"{'.'.join(path)} ({label})": reason for (path, label), reason in observation.scene.unseedable.items()}
