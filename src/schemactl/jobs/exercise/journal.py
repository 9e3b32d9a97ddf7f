"""What sessions did, as a psql script that does it again."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from schemactl.db.types import Connection
    from schemactl.jobs.store import Rows, Watcher

_UUID = re.compile(r"'([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})'(?:::uuid\b)?")
_LIST = re.compile(r"'\{([0-9a-f]{32})\}'")


class Journal:
    """Statements in the order in which they were sent.

    The script replays them one after the other in one session that changes roles; what the database draws by chance,
    tokens and keys, it catches with `gset`.
    """

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._lines: list[str] = []
        self._caught: dict[str, str] = {}
        self._known: set[str] = set()
        self._role: str | None = None

    def session(self, name: str, role: str | None) -> "Watcher":
        """Watch what `name` does as `role`; None is the owner of everything."""

        def watch(sql: str, values: Mapping[str, Any], rows: "Rows") -> None:
            self.become(role)
            text = self._bound(sql, values)
            caught = self._catch(name.replace(" ", "_"), rows)
            self._lines.append(f"-- {name}\n{text.rstrip(';')}{caught}")

        return watch

    def become(self, role: str | None) -> None:
        """Change to `role`; None is the owner of everything."""
        if role != self._role:
            self._lines.append(f'SET ROLE "{role}";' if role else "RESET ROLE;")
            self._role = role

    def note(self, text: str) -> None:
        """A remark in the script."""
        self._lines.append(f"-- {text}")

    def script(self) -> str:
        """The whole script, for psql."""
        head = (
            "-- Run in psql, as a superuser, on a throwaway database that has the migrations.\n\\set ON_ERROR_STOP off"
        )
        return "\n".join([head, *self._lines, ""])

    def _bound(self, sql: str, values: Mapping[str, Any]) -> str:
        from psycopg import ClientCursor

        text = ClientCursor(self._connection).mogrify(sql.encode(), dict(values))
        text = "\n".join(line.rstrip() for line in text.strip().splitlines())
        return _LIST.sub(self._listed, _UUID.sub(self._named, text))

    def _named(self, found: re.Match[str]) -> str:
        """A value as it is written in the script: as itself, or by the variable that caught it."""
        value = str(UUID(found[1]))
        if value in self._caught:
            return f":'{self._caught[value]}'"
        self._known.add(value)
        return f"'{value}'"

    def _listed(self, found: re.Match[str]) -> str:
        """The same for a value that stands alone in a list."""
        named = self._named(found)
        return f"concat('{{', {named}, '}}')" if named.startswith(":") else found[0]

    def _catch(self, name: str, rows: "Rows") -> str:
        """A `gset` for a row that holds values nobody could know."""
        if len(rows) != 1:
            return ";"
        drawn = {
            column: str(value)
            for column, value in rows[0].items()
            if isinstance(value, UUID) and str(value) not in self._known and str(value) not in self._caught
        }
        if not drawn:
            return ";"
        self._caught |= {value: f"{name}_{column}" for column, value in drawn.items()}
        return f"\n\\gset {name}_"
