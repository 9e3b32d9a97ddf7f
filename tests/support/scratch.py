"""A directory for temporary files that every account may use."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemactl.servers.run_directory import ENOUGH_MEMORY, SHARED_MEMORY, free_bytes


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A short path, so that sockets fit, open to the account that runs Postgres when the tests run as root.

    In memory where there is plenty: some file systems are slow to make the thousands of files of a cluster.
    """
    in_memory = free_bytes(SHARED_MEMORY) >= ENOUGH_MEMORY
    path = Path(tempfile.mkdtemp(prefix="sct-", dir=SHARED_MEMORY if in_memory else "/tmp"))
    path.chmod(0o1777)
    yield path
    shutil.rmtree(path, ignore_errors=True)
