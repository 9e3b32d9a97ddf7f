"""What is written, and where it may say more than Supabase's generator does."""

from dataclasses import dataclass
from enum import StrEnum


class Precise(StrEnum):
    """Where the types say what can be known, instead of what Supabase's generator says."""

    VIEWS = "views"
    """A view's column is never null where its query shows it."""
    FUNCTIONS = "functions"
    """A function's result may be null unless it is known not to be, and its arguments unless it is STRICT."""
    DOMAINS = "domains"
    """A domain is the type that it is made of, everywhere."""
    CHECKS = "checks"
    """A column whose CHECK lists its values is a union of literals."""
    BIGINT = "bigint"
    """An int8 is a string: a JavaScript number holds whole numbers up to 2^53 only."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is written: the schemas, `isOneToOne` in relationships, and the version of PostgREST, where it is known."""

    schemas: tuple[str, ...] = ("public",)
    one_to_one: bool = False
    postgrest_version: str | None = None
    precise: frozenset[Precise] = frozenset()
