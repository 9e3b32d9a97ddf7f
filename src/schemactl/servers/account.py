"""The account that runs Postgres: our own, or the unprivileged one that root steps down to."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemactl.core.errors import ServerError

# `nobody` first: a throwaway superuser can read whatever its account can, and `postgres` may own a real cluster.
STEP_DOWN = ("nobody", "postgres")


@dataclass(frozen=True, slots=True)
class Account:
    """A Unix account; `stepped_down` when it is not the one schemactl itself runs as."""

    name: str
    uid: int
    gid: int
    stepped_down: bool

    @property
    def spawn(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make the child run as this account."""
        if not self.stepped_down:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Hand `path` to this account."""
        if self.stepped_down:
            os.chown(path, self.uid, self.gid)

    def barrier(self, path: Path) -> Path | None:
        """The outermost part of `path` that this account may not enter or read; None when it reaches it."""
        resolved = path.resolve()
        for part in (*reversed(resolved.parents), resolved):
            if not self._may_enter(part.stat()):
                return part
        return None

    def _may_enter(self, status: os.stat_result) -> bool:
        mode = status.st_mode
        if not self.stepped_down:
            return True
        if status.st_uid == self.uid:
            return bool(mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(mode & stat.S_IXGRP)
        return bool(mode & stat.S_IXOTH)


def choose() -> Account:
    """Our own account, or, as root, the first of `nobody` and `postgres` that exists.

    Raises ServerError where there is none: Postgres refuses to run as root (manual, chapter 18.1).
    """
    uid = os.geteuid()
    if uid != 0:
        return Account(_name(uid), uid, os.getegid(), stepped_down=False)
    for name in STEP_DOWN:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, stepped_down=True)
    raise ServerError(
        "Postgres refuses to run as root, and neither `nobody` nor `postgres` is an account here to run it as",
        hint="Create one (`useradd --system postgres`), or run schemactl as an ordinary user.",
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
