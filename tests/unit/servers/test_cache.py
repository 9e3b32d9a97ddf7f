"""Which clusters are kept."""

import fcntl
import os
from pathlib import Path

import pytest

from schemactl.core.errors import ServerError
from schemactl.servers import cluster
from schemactl.servers.cache import cache_directory, locked, make_directory


def entries(home: Path, count: int) -> list[Path]:
    made = []
    for number in range(count):
        entry = home / f"entry{number}"
        (entry / "data").mkdir(parents=True)
        os.utime(entry, (number, number))
        made.append(entry)
    return made


def test_the_least_recently_used_go(tmp_path: Path) -> None:
    made = entries(tmp_path, cluster.KEEP + 3)
    cluster.evict(tmp_path, spare=made[0])
    assert [path.exists() for path in made[:4]] == [True, False, False, True]


def test_one_that_is_being_copied_stays(tmp_path: Path) -> None:
    made = entries(tmp_path, cluster.KEEP + 1)
    with locked(made[0].with_suffix(".lock"), fcntl.LOCK_SH):
        cluster.evict(tmp_path, spare=made[-1])
        assert made[0].exists()
    cluster.evict(tmp_path, spare=made[-1])
    assert not made[0].exists()


def test_a_half_made_one_goes_unless_it_is_being_made(tmp_path: Path) -> None:
    building = tmp_path / "entry.building"
    building.mkdir()
    with locked(tmp_path / "entry.lock", fcntl.LOCK_EX):
        cluster.evict(tmp_path, spare=tmp_path / "other")
        assert building.exists()
    cluster.evict(tmp_path, spare=tmp_path / "other")
    assert not building.exists()


def test_the_variable_chooses_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMACTL_CACHE_DIR", str(tmp_path / "here"))
    assert cache_directory() == tmp_path / "here"


def test_made_directories_can_be_entered_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        make_directory(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o755


def test_a_place_that_cannot_be_made_names_the_variable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerError, match="cannot make the cache directory") as caught:
        make_directory(tmp_path / "file" / "cache")
    assert "SCHEMACTL_CACHE_DIR" in str(caught.value.hint)
