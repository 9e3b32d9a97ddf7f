"""The command line as a user runs it: a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

import schemactl

SOURCE = Path(schemactl.__file__).parents[1]
SCHEMA = Draft202012Validator(json.loads((SOURCE.parent / "docs/schemas/report.json").read_text(encoding="utf-8")))
# What the tests' own surroundings must not decide.
_FOREIGN = ("SCHEMACTL_", "PG", "DATABASE_URL", "FORCE_COLOR", "COLUMNS")


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it must be, of the published shape."""
        document = json.loads(self.out)
        SCHEMA.validate(document)
        assert document["ok"] is (self.code == 0)
        return document


def run(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Outcome:
    """Run `schemactl` with these arguments; no run may end in a traceback."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    done = subprocess.run(
        [sys.executable, "-m", "schemactl", *map(str, arguments)],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**inherited, "PYTHONPATH": str(SOURCE), **environment},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)
