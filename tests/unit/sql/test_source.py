import pytest

from schemactl.core.errors import SourceError
from schemactl.sql.source import decode, read


def test_text_is_kept_as_it_is(tmp_path):
    path = tmp_path / "a.sql"
    path.write_bytes("\ufeffselect 'é';\r\n".encode())
    assert read(path) == "\ufeffselect 'é';\r\n"


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        ("é;\nselect 'ü'".encode() + b"\xff", "f.sql:2:11", "byte 0xff"),
        ("select 1".encode("utf-16"), "f.sql", "UTF-16"),
    ],
)
def test_what_is_not_utf_8_is_refused_with_its_place(data, place, message):
    with pytest.raises(SourceError) as caught:
        decode(data, "f.sql")
    assert str(caught.value.place) == place
    assert message in caught.value.message
    assert "UTF-8" in (caught.value.hint or "")


def test_what_cannot_be_opened_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "missing.sql", "missing.sql")
    with pytest.raises(SourceError, match="directory"):
        read(tmp_path, "folder")
