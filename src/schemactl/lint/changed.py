"""Which files differ from a revision: what a pull request brings."""

from collections.abc import Sequence
from pathlib import Path

from schemactl.core.errors import UsageError


def since(revision: str, folder: Path) -> frozenset[Path]:
    """The files, resolved, that were added or changed since the branch left `revision`, uncommitted ones included.

    Raises UsageError where git is missing, the folder is in no repository, or the revision is not known.
    """
    top = Path(_git(["rev-parse", "--show-toplevel"], folder).strip())
    base = _git(["merge-base", revision, "HEAD"], folder, revision).strip()
    changed = _git(["diff", "--name-only", "-z", "--diff-filter=d", base], folder).split("\0")
    new = _git(["ls-files", "--others", "--exclude-standard", "--full-name", "-z", str(top)], folder).split("\0")
    return frozenset((top / name).resolve() for name in (*changed, *new) if name)


def _git(arguments: Sequence[str], folder: Path, revision: str | None = None) -> str:
    import subprocess

    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, check=False, capture_output=True, text=True, errors="surrogateescape"
        )
    except FileNotFoundError as error:
        raise UsageError("--changed-since needs git, which is not installed") from error
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["git failed"]
        if revision is not None:
            raise UsageError(
                f"git does not know `{revision}`: {reason[0]}", hint="Fetch it first: git fetch origin main --depth=50."
            )
        raise UsageError(f"--changed-since: {reason[0]}")
    return done.stdout
