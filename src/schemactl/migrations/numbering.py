"""The number of the next migration."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from schemactl.migrations.model import Version

FIRST = "0001"

_SECONDS = "%Y%m%d%H%M%S"
_DAYS = "%Y%m%d"


class Numbering(StrEnum):
    """How files are numbered: one by one, or by the moment in UTC, as the Supabase CLI does."""

    SEQUENCE = "sequence"
    TIMESTAMP = "timestamp"


def following(versions: Iterable[Version], now: datetime, numbering: Numbering | None = None) -> str:
    """The digits of the next file: above every version there is, in the style of the highest unless `numbering` says.

    Styles are a moment of 14 digits, a day of 8, and a sequence as wide as it is now. A moment or day that is taken, or
    lies behind the highest (a clock that went back), gives way to the next number.
    """
    highest = max(versions, default=None)
    wish = _style(highest) if numbering is None else _SECONDS if numbering is Numbering.TIMESTAMP else None
    label = now.astimezone(UTC).strftime(wish) if wish else None
    if label is not None and (highest is None or int(label) > highest.number):
        return label
    return after(highest)


def after(highest: Version | None) -> str:
    """The number after the highest, as wide as that is written."""
    return FIRST if highest is None else str(highest.number + 1).zfill(len(highest.label))


def _style(highest: Version | None) -> str | None:
    if highest is None:
        return None
    for style, width in ((_SECONDS, 14), (_DAYS, 8)):
        if len(highest.label) == width and _is_moment(highest.label, style):
            return style
    return None


def _is_moment(label: str, style: str) -> bool:
    try:
        return 1990 <= datetime.strptime(label, style).replace(tzinfo=UTC).year < 2100
    except ValueError:
        return False
