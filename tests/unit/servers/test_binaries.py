"""A build of Postgres is known by what it is, not by when it was put there."""

import os
from pathlib import Path

from schemactl.servers.binaries import Binaries


def identity(directory: Path, content: bytes, time: int) -> str:
    program = directory / "postgres"
    program.write_bytes(content)
    os.utime(program, (time, time))
    return Binaries("local", directory).identity


def test_the_same_build_installed_anew_is_the_same(tmp_path: Path):
    build = b"\x7fELF" + bytes(100_000)
    assert identity(tmp_path, build, 1_000_000_000) == identity(tmp_path, build, 1_100_000_000)


def test_another_build_is_another(tmp_path: Path):
    build = b"\x7fELF build 1" + bytes(100_000)
    known = identity(tmp_path, build, 1_000_000_000)
    assert identity(tmp_path, build.replace(b"build 1", b"build 2"), 1_000_000_000) != known
    assert identity(tmp_path, build + b"more", 1_000_000_000) != known
