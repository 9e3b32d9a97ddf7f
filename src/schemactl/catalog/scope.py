"""Which schemas belong to a project, and which to the platform that it runs on."""

from collections.abc import Collection
from dataclasses import dataclass

# Schemas that the Supabase platform makes and changes itself.
SUPABASE = frozenset(
    {
        "_analytics", "_realtime", "_supavisor", "auth", "cron", "extensions", "graphql", "graphql_public", "net",
        "pgbouncer", "pgmq", "pgsodium", "pgsodium_masks", "pgtle", "realtime", "storage", "supabase_functions",
        "supabase_migrations", "vault",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """`schemas` alone, or all but `excluded`."""

    schemas: tuple[str, ...] | None = None
    excluded: frozenset[str] = frozenset()


def scope(preset: str, exclude: Collection[str], schemas: Collection[str] = ()) -> Scope:
    """What a snapshot takes in: the schemas named, or all without `exclude` and those that the preset's platform owns.

    A schema that is named is taken in whoever owns it.
    """
    managed = SUPABASE if preset == "supabase" else frozenset()
    return Scope(tuple(schemas) or None, (managed | frozenset(exclude)) - frozenset(schemas))
