"""What a server says of a statement that failed, as a value, however it was heard."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic


@dataclass(frozen=True, slots=True)
class Failure:
    """What the server said of a statement that failed.

    `position` counts characters from 0 within the text that was sent, or is None. The other fields are those of the
    error message protocol (PostgreSQL manual, "Error and Notice Message Fields"); `sqlstate` is empty where the server
    did not come to say one.
    """

    sqlstate: str
    message: str
    detail: str | None = None
    hint: str | None = None
    context: str | None = None
    position: int | None = None
    schema: str | None = None
    table: str | None = None
    column: str | None = None
    constraint: str | None = None

    @property
    def sentence(self) -> str:
        """The message, with its detail where there is one."""
        return f"{self.message} ({self.detail.rstrip('.')})" if self.detail else self.message


def failure_of(diagnosis: "Diagnostic", otherwise: object) -> Failure:
    """What the driver heard, as a value; `otherwise` is told where the server gave no message."""
    position = diagnosis.statement_position
    return Failure(
        sqlstate=diagnosis.sqlstate or "",
        message=diagnosis.message_primary or str(otherwise).strip(),
        detail=diagnosis.message_detail,
        hint=diagnosis.message_hint,
        context=diagnosis.context,
        position=int(position) - 1 if position else None,
        schema=diagnosis.schema_name,
        table=diagnosis.table_name,
        column=diagnosis.column_name,
        constraint=diagnosis.constraint_name,
    )
