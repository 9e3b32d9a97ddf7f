"""A database that somebody depends on is no place for probes, undone or not: they lock rows and fire triggers."""

from typing import TYPE_CHECKING, Any

from schemactl.core.errors import ServerError
from schemactl.core.resources import read_text
from schemactl.servers.existing import CONSENT, signs_of_production

if TYPE_CHECKING:
    from schemactl.db.types import Connection


def require_playground(connection: "Connection") -> None:
    """Raise ServerError where the server looks like production and does not say otherwise."""
    from psycopg.rows import dict_row

    text = read_text("schemactl.servers", "sql/facts.sql").encode()
    facts: dict[str, Any] = connection.cursor(row_factory=dict_row).execute(text).fetchone() or {}
    reasons = signs_of_production(facts, connection.info.host, connection.info.dbname)
    if reasons and not facts["allowed"]:
        raise ServerError(
            f"the server looks like production: {'; '.join(reasons)}",
            hint=f"If it may be played on, let it say so: ALTER ROLE {connection.info.user} SET {CONSENT} = on; "
            "otherwise test on a throwaway server, without --database.",
        )
