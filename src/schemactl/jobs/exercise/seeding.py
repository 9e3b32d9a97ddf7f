"""Jobs for a table whose specification has no fixture: rows that the schema accepts, and the parents they need."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemactl.catalog.snapshot import take
from schemactl.core.errors import ConfigError
from schemactl.jobs.spec import Spec
from schemactl.rows import Filler, Unfillable

if TYPE_CHECKING:
    from schemactl.db.types import Connection


class Seeder:
    """Makes jobs that nobody has worked on, through a superuser's connection."""

    def __init__(self, connection: "Connection", spec: Spec, seed: int) -> None:
        self._spec = spec
        self._filler = Filler(connection, take(connection), seed=seed)

    def job(self) -> Mapping[str, Any]:
        """A new job, idle or waiting. Raises ConfigError where no row can be made."""
        try:
            return self._filler.insert(self._spec.table, self._untouched())
        except Unfillable as error:
            raise ConfigError(
                f"`jobs.{self._spec.name}.fixture`: no job can be made without one: {error.message}",
                hint="Write SQL that makes a job for :'id' of :'owner'.",
            ) from error

    def _untouched(self) -> dict[str, Any]:
        """What the columns of the specification hold before anybody works on the job."""
        columns, states = self._spec.columns, self._spec.states
        known = {
            columns.status: states.idle or states.waiting,
            columns.attempts: 0,
            columns.max_attempts: 3,
            columns.progress: 0,
            columns.created: "now",
            columns.due: "now",
        }
        empty = (
            columns.error_code, columns.error_message, columns.lease_token, columns.lease_expires_at, columns.started,
            columns.completed, columns.step,
        )  # fmt: skip
        return {name: value for name, value in (known | dict.fromkeys(empty)).items() if name is not None}
