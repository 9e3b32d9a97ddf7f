"""A keyring in a file, for tests: what the operating system's would be. PYTHON_KEYRING_BACKEND names it."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

VARIABLE = "SCHEMACTL_TEST_KEYRING"


class FileKeyring(KeyringBackend):
    """Keeps passwords in the file that the variable names."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return _read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        _write({**_read(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        known = _read()
        if known.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("no such password")
        _write(known)


def _path() -> Path:
    return Path(os.environ[VARIABLE])


def _read() -> dict[str, str]:
    found: dict[str, str] = json.loads(_path().read_text(encoding="utf-8")) if _path().exists() else {}
    return found


def _write(known: dict[str, str]) -> None:
    _path().write_text(json.dumps(known), encoding="utf-8")
