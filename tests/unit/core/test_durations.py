import pytest

from schemactl.core.durations import in_words, milliseconds
from schemactl.core.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("500ms", 500),
        ("2s", 2000),
        ("20min", 1_200_000),
        ("1h", 3_600_000),
        ("10us", 1),
        ("0s", 0),
        (" 5 s ", 5000),
    ],
)
def test_durations_are_read_as_postgres_reads_them(text: str, expected: int):
    assert milliseconds(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "-1s", "2 weeks", "1.5s", "2S", "25d", "9999999999999999h"])
def test_what_is_no_duration_names_its_key(text: str):
    with pytest.raises(ConfigError, match=r"`apply\.lock_timeout` cannot be"):
        milliseconds(text, "`apply.lock_timeout`")


def test_seconds_for_a_person():
    assert [in_words(seconds) for seconds in (0.25, 12, 119, 300, 9000)] == ["0.2 s", "12 s", "119 s", "5 min", "2 h"]
