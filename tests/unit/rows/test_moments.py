"""Enough arithmetic on moments to put one before or after another."""

from datetime import timedelta

import pytest

from schemactl.rows.moments import interval, moment, moved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 day", timedelta(days=1)),
        ("7 days", timedelta(days=7)),
        ("02:30:00", timedelta(hours=2, minutes=30)),
        ("1 day 00:00:01.5", timedelta(days=1, seconds=1.5)),
        ("-00:05", timedelta(minutes=-5)),
        ("1 mon 2 days", timedelta(days=32)),
        ("24 hours", timedelta(days=1)),
        ("3 fortnights", None),
        ("2024-01-01", None),
        ("", None),
    ],
)
def test_intervals(text: str, expected: timedelta | None):
    assert interval(text) == expected


@pytest.mark.parametrize("text", ["now", "12", "infinity", ""])
def test_what_is_no_moment(text: str):
    assert moment(text) is None


@pytest.mark.parametrize(
    ("start", "by", "sign", "end"),
    [
        ("2024-01-31", "1", 1, "2024-02-01"),
        ("2024-01-31", "1 day", -1, "2024-01-30"),
        ("2024-01-01", "02:00:00", 1, "2024-01-01 02:00:00"),
        ("2024-01-01 12:00:00+00", "1 day", 1, "2024-01-02 12:00:00+00"),
        ("2024-01-01 12:00:00", "00:00:01", -1, "2024-01-01 11:59:59"),
        ("9999-12-31", "1", 1, None),
        ("12", "1 day", 1, None),
    ],
)
def test_moving(start: str, by: str, sign: int, end: str | None):
    assert moved(start, by, sign) == end
