"""Which changes of a column's type only touch the catalog.

ATColumnChangeRequiresRewrite (src/backend/commands/tablecmds.c): no rewrite where the new type is binary coercible from
the old one and no length check can fail; and https://www.postgresql.org/docs/current/sql-altertable.html, Notes.
"""

from enum import Enum, auto

from schemactl.sql.ddl.tables import SetType, Type


class Change(Enum):
    """What a change of type costs."""

    CATALOG_ONLY = auto()
    REWRITE = auto()
    REINDEX = auto()
    UNKNOWN = auto()


_TEXTS = frozenset({"text", "varchar"})
_LENGTHENED = frozenset({"varchar", "varbit", "timestamp", "timestamptz", "time", "timetz", "interval"})
# Binary coercible pairs of pg_cast (castmethod 'b') apart from varchar and text.
_COERCIBLE = frozenset(
    {("cidr", "inet"), ("xml", "text"), ("citext", "text"), ("text", "citext"), ("varchar", "citext")}
)


def judge(old: Type | None, action: SetType) -> Change:
    """What the change costs, given the old type where it is known."""
    new = action.type
    if action.using is not None and "ColumnRef" not in action.using and "TypeCast" not in action.using:
        return Change.REWRITE
    if old is None:
        return Change.UNKNOWN if new.name in _TEXTS and not new.modifiers else Change.REWRITE
    if old.array != new.array:
        return Change.REWRITE
    if old.name == new.name:
        return _same(old, new)
    if new.name == "text" and old.name == "varchar":
        return Change.CATALOG_ONLY
    if new.name == "varchar" and old.name in _TEXTS:
        return Change.CATALOG_ONLY if not new.modifiers else Change.REWRITE
    return Change.CATALOG_ONLY if (old.name, new.name) in _COERCIBLE else Change.REWRITE


def moves_no_time(old: Type | None, action: SetType) -> bool:
    """Whether the change is (or, to timestamptz, may be) one that rewrites nothing while TimeZone is UTC.

    TimestampTimestampTzRequiresRewrite (src/backend/utils/adt/timestamp.c), since version 12. An index on the column is
    built again all the same.
    """
    plain = action.using is None or "ColumnRef" in action.using
    if old is None:
        return plain and action.type.name == "timestamptz"
    same = (old.array, old.modifiers) == (action.type.array, action.type.modifiers)
    return plain and same and {old.name, action.type.name} == {"timestamp", "timestamptz"}


def _same(old: Type, new: Type) -> Change:
    if old.modifiers == new.modifiers or not new.modifiers:
        return Change.CATALOG_ONLY
    if new.name == "numeric":
        return _numeric(old.modifiers, new.modifiers)
    if new.name in _LENGTHENED and old.modifiers and new.modifiers[0] >= old.modifiers[0]:
        return Change.CATALOG_ONLY
    return Change.REWRITE


def _numeric(old: tuple[int, ...], new: tuple[int, ...]) -> Change:
    scale_before, scale_after = (old[1:] or (0,))[0], (new[1:] or (0,))[0]
    return Change.CATALOG_ONLY if old and scale_before == scale_after and new[0] >= old[0] else Change.REWRITE


def narrows(old: Type | None, new: Type) -> bool:
    """Whether values that fit the old type may not fit the new one."""
    if old is None:
        return False
    if old.name == new.name:
        return bool(new.modifiers) and (not old.modifiers or new.modifiers[0] < old.modifiers[0])
    sizes = {"int2": 2, "int4": 4, "int8": 8}
    if old.name in sizes and new.name in sizes:
        return sizes[new.name] < sizes[old.name]
    if old.name in _TEXTS and new.name in {"varchar", "bpchar"}:
        return bool(new.modifiers)
    return (old.name, new.name) in {
        ("float8", "float4"),
        ("timestamptz", "date"),
        ("timestamp", "date"),
        ("numeric", "int4"),
    }
