"""The project's migrations as they were in a commit."""

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemactl.core.config import Config
from schemactl.core.errors import UsageError


@contextmanager
def checked_out(revision: str, config: Config) -> Iterator[Path]:
    """The folder of the migrations as it is in `revision`, in a temporary place. Raises UsageError."""
    if not revision or revision.startswith("-"):
        raise UsageError(f"`git:{revision}` names no commit", hint="Write git:main, git:HEAD~1 or git:v1.2.")
    result = subprocess.run(
        ["git", "-C", str(config.root), "archive", "--format=tar", revision, "--", config.migrations],
        check=False,
        capture_output=True,
    )
    if result.returncode != 0:
        said = result.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise UsageError(f"git has no `{config.migrations}` at `{revision}`: {said or 'no reason given'}")
    with tempfile.TemporaryDirectory(prefix="schemactl-") as scratch:
        with tarfile.open(fileobj=io.BytesIO(result.stdout)) as archive:
            # Python 3.11 has filters from 3.11.4 on; Debian 12 brings 3.11.2. What is unpacked is git's own.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(scratch)  # noqa: S202
        yield Path(scratch) / config.migrations
