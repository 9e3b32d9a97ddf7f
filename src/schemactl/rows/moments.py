"""Dates, timestamps and intervals as text: enough arithmetic to put a value before or after another."""

import re
from datetime import UTC, datetime, timedelta

_UNITS = {
    "year": 365 * 86400, "mon": 30 * 86400, "month": 30 * 86400, "week": 7 * 86400, "day": 86400, "hour": 3600,
    "minute": 60, "min": 60, "second": 1, "sec": 1,
}  # fmt: skip
_AMOUNT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*([a-z]+?)s?\b")
_CLOCK = re.compile(r"([-+]?)(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?")


def moment(text: str) -> datetime | None:
    """A date or timestamp as the server writes it, in UTC where it says no zone; None for anything else."""
    text = text.strip()
    for candidate in (text, text.removesuffix("+00") + "+00:00", text.partition(" ")[0]):
        try:
            value = datetime.fromisoformat(candidate)
        except ValueError:
            continue
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return None


def interval(text: str) -> timedelta | None:
    """An interval as the server writes it; months are 30 days, years 365. None for anything else."""
    seconds = 0.0
    rest = text.strip().lower()
    for amount, unit in _AMOUNT.findall(rest):
        if unit not in _UNITS:
            return None
        seconds += float(amount) * _UNITS[unit]
    rest = _AMOUNT.sub("", rest).strip()
    clock = _CLOCK.fullmatch(rest)
    if clock:
        sign = -1 if clock[1] == "-" else 1
        seconds += sign * (int(clock[2]) * 3600 + int(clock[3]) * 60 + float(clock[4] or 0))
    elif rest or not text.strip():
        return None
    return timedelta(seconds=seconds)


def today() -> str:
    """The beginning of this day in UTC: as near to now as conditions on the current time need."""
    return datetime.now(UTC).date().isoformat()


def moved(text: str, by: str, sign: int) -> str | None:
    """A moment moved by an interval, or a date by a number of days; None where the texts are not these."""
    start = moment(text)
    is_date = len(text.strip()) == len("2024-01-01")
    distance = timedelta(days=int(by)) if is_date and re.fullmatch(r"-?\d+", by) else interval(by)
    if start is None or distance is None:
        return None
    try:
        end = start + sign * distance
    except OverflowError:
        return None
    if is_date and not distance.seconds:
        return end.date().isoformat()
    return end.replace(tzinfo=None).isoformat(sep=" ") + ("+00" if text.strip().endswith("+00") else "")
