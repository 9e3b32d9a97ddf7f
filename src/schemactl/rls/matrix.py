"""`schemactl rls matrix`: who can do what, as observed; no expectations needed."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from schemactl.core.config import Config
from schemactl.core.events import Finished, Listener, Started, ignore
from schemactl.core.resources import read_text
from schemactl.core.results import Report
from schemactl.core.words import plural
from schemactl.db.connect import connect
from schemactl.rls import binding, database, grid, observing, reading
from schemactl.rls.binding import Catalog
from schemactl.rls.guessing import guess
from schemactl.rls.model import CLASSES, Policies
from schemactl.rls.observing import Observation
from schemactl.rls.production import require_playground

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_TASK = "matrix"


@dataclass(frozen=True, slots=True)
class Matrix:
    """What was observed, as a report and as a page."""

    report: Report
    observation: Observation

    @property
    def page(self) -> str:
        """The grid as one HTML page that needs nothing else."""
        return _page(self.observation)


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
        sections=(grid.table("Observed access", observation),),
        details={"access": grid.as_json(grid.allowed(observation.cells)), "unseedable": _unseedable(observation)},
    )
    return Matrix(report, observation)


def declared_or_guessed(connection: "Connection", config: Config) -> tuple[Policies, Catalog]:
    """The policies, completed by guesses for tables without a line; all guessed where there is no folder."""
    written = reading.load(config.policies_path) if config.policies_path.is_dir() else None
    catalog = observing.catalog_of(connection, written)
    guessed = guess(catalog, written)
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


def _page(observation: Observation) -> str:
    seen = grid.allowed(observation.cells)
    policies = observation.scene.policies
    head = "".join(f"<th>{escape(actor)}</th>" for actor in policies.actors)
    rows = []
    for path in policies.tables:
        cells = []
        for actor in policies.actors:
            labels = sorted((label for table, who, label in seen if (table, who) == (path, actor)), key=_order)
            parts = [_badge(label, grid.letters(seen[path, actor, label])) for label in labels]
            cells.append(f"<td>{''.join(parts)}</td>")
        rows.append(f"<tr><th>{escape('.'.join(path))}</th>{''.join(cells)}</tr>")
    text = read_text("schemactl.rls", "matrix.html")
    return text.replace("<!-- head -->", head).replace("<!-- rows -->", "\n".join(rows))


def _order(label: str) -> tuple[int, str]:
    return (CLASSES.index(label) if label in CLASSES else len(CLASSES), label)


def _badge(label: str, letters: str) -> str:
    """Green: one's own. Red: others' rows changed. Yellow: others' rows read. Grey: nothing."""
    writes = bool(set(letters) & set("iudt"))
    mood = "none" if not letters else "own" if label == "own" else "write" if writes else "read"
    return f'<span class="{mood}">{escape(label)} {letters or "–"}</span>'
