"""Where other migration tools keep their history: no migration makes these tables, and so they are no drift."""

from collections.abc import Iterable

from schemactl.catalog.difference import Action, Change

SCHEMAS = frozenset({"graphile_migrate", "sqitch"})
TABLES = frozenset(
    {
        "_sqlx_migrations", "_yoyo_log", "_yoyo_migration", "_yoyo_version", "alembic_version", "flyway_schema_history",
        "goose_db_version", "schema_migrations", "yoyo_lock",
    }
)  # fmt: skip


def without_ledgers(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes without what another tool added for itself: its schema, or its table and all that belongs to it."""
    told = tuple(changes)
    added = {change.object.path for change in told if change.action is Action.ADDED and change.object.kind == "table"}
    tables = {path for path in added if path[-1] in TABLES}
    return tuple(change for change in told if not _belongs(change, tables))


def _belongs(change: Change, tables: set[tuple[str, ...]]) -> bool:
    kind, path = change.object
    if change.action is not Action.ADDED:
        return False
    if path[0] in SCHEMAS:
        return True
    if kind == "sequence":
        return any(path[0] == schema and path[1].startswith(name) for schema, name in tables)
    return path[:2] in tables
