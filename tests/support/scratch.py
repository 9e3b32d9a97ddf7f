"""A directory for temporary files that every account may use."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A short path, so that sockets fit, open to the account that runs Postgres when the tests run as root."""
    path = Path(tempfile.mkdtemp(prefix="sct-", dir="/tmp"))
    path.chmod(0o1777)
    yield path
    shutil.rmtree(path, ignore_errors=True)
