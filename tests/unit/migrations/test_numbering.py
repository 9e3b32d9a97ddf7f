from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.migrations.model import Version
from schemactl.migrations.numbering import Numbering, following

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SEQUENCE, TIMESTAMP = Numbering.SEQUENCE, Numbering.TIMESTAMP


@pytest.mark.parametrize(
    ("labels", "numbering", "expected"),
    [
        ([], None, "0001"),
        ([], TIMESTAMP, "20260304050607"),
        (["0009", "0010"], None, "0011"),
        (["10", "9"], None, "11"),
        (["0099"], None, "0100"),
        (["9"], None, "10"),
        (["0001"], TIMESTAMP, "20260304050607"),
        (["0001", "20250102030405"], None, "20260304050607"),
        (["0046", "20251130"], None, "20260304"),
        (["20260304"], None, "20260305"),
        (["20260304050607"], None, "20260304050608"),
        (["20990101000000"], TIMESTAMP, "20990101000001"),
        (["20250102030405"], SEQUENCE, "20250102030406"),
        (["20251399"], None, "20251400"),
        (["00000007"], None, "00000008"),
    ],
)
def test_the_next_number_follows_the_folder(labels: list[str], numbering: Numbering | None, expected: str):
    assert following(map(Version.parse, labels), NOW, numbering) == expected


def test_the_moment_is_in_utc():
    here = NOW.astimezone(timezone(timedelta(hours=-9)))
    assert following([], here, TIMESTAMP) == "20260304050607"


@given(
    st.lists(st.from_regex(r"[0-9]{1,16}", fullmatch=True)),
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from([None, *Numbering]),
)
def test_it_is_above_every_number_there_is(labels: list[str], now: datetime, numbering: Numbering | None):
    label = following(map(Version.parse, labels), now, numbering)
    assert all(Version.parse(label) > Version.parse(other) for other in labels)
