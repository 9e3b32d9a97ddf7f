"""What this branch brings, and what another one brought meanwhile."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from schemactl.core.errors import UsageError
from schemactl.lint import changed
from schemactl.migrations import names
from schemactl.migrations.model import Folder, Migration, SqlFile
from schemactl.migrations.names import Role
from schemactl.sql.source import decode


@dataclass(frozen=True, slots=True)
class Branches:
    """Since two branches parted: the files that this one `changed` or `added`, and `theirs`, which it does not have."""

    changed: frozenset[str]
    added: frozenset[str]
    theirs: tuple[Migration, ...]


def since(revision: str, folder: Folder) -> Branches:
    """Compare the folder, uncommitted files included, with `revision`. Raises UsageError as git has it."""
    paths = changed.since(revision, folder.path)
    base = _git(folder.path, "merge-base", revision, "HEAD").strip()
    before = set(_git(folder.path, "ls-tree", "-z", "--name-only", base, "./").split("\0"))
    mine = [migration for migration in folder.migrations if any(path.resolve() in paths for path in _paths(migration))]
    known = {migration.path.name for migration in folder.migrations}
    here = _git(folder.path, "rev-parse", "--show-prefix").strip()
    listed = _git(folder.path, "ls-tree", "-z", "--name-only", revision, "./").split("\0")
    theirs = [name for name in listed if name not in before and Path(name).name not in known]
    found = [_theirs(folder.path, revision, here, Path(name).name) for name in theirs]
    return Branches(
        frozenset(migration.file for migration in mine),
        frozenset(migration.file for migration in mine if migration.path.name not in {Path(n).name for n in before}),
        tuple(migration for migration in found if migration is not None),
    )


def _paths(migration: Migration) -> tuple[Path, ...]:
    return (migration.path, migration.down.path) if migration.down else (migration.path,)


def _theirs(folder: Path, revision: str, prefix: str, name: str) -> Migration | None:
    said = names.read(name)
    if said is None or said.role is not Role.UP or said.version is None:
        return None
    text = _git(folder, "show", f"{revision}:{prefix}{name}")
    content = text.encode(errors="surrogateescape")
    file = SqlFile(folder / name, decode(content, name), hashlib.sha256(content).hexdigest())
    return Migration(said.version, said.name, file)


def _git(folder: Path, *arguments: str) -> str:
    import subprocess

    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=False, capture_output=True, text=True, errors="surrogateescape"
    )
    if done.returncode:
        raise UsageError(f"--changed-since: {done.stderr.strip() or 'git failed'}")
    return done.stdout
