"""`adopted.json`, beside the migrations: what the other tool called each, for targets that are taken over later."""

import json
from collections.abc import Sequence
from pathlib import Path

from schemactl.adopt.model import Counterpart
from schemactl.core.errors import ConfigError, Place

FILE_NAME = "adopted.json"


def write(folder: Path, tool: str, tables: Sequence[str], known: Sequence[Counterpart]) -> None:
    """Write the file. Raises ConfigError."""
    path = folder / FILE_NAME
    document = {
        "tool": tool,
        "tables": list(tables),
        "migrations": [
            {
                "identity": one.identity,
                "file": one.file,
                **({"checksum": one.checksum} if one.checksum else {}),
                **({"parents": list(one.parents)} if one.parents else {}),
            }
            for one in known
        ],
    }
    try:
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", place=Place(str(path))) from error


def read(folder: Path) -> tuple[str, tuple[str, ...], tuple[Counterpart, ...]] | None:
    """Tool, tables and migrations; None where nothing was adopted. Raises ConfigError for a file that is not ours."""
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("cannot be read", place=Place(str(path))) from error
    try:
        document = json.loads(text)
        known = tuple(
            Counterpart(one["identity"], one["file"], one.get("checksum"), tuple(one.get("parents", ())))
            for one in document["migrations"]
        )
        return document["tool"], tuple(document["tables"]), known
    except (ValueError, KeyError, TypeError) as error:
        hint = "Remove it, and adopt again from the other tool's folder."
        raise ConfigError("is not what `schemactl adopt` writes", place=Place(str(path)), hint=hint) from error
