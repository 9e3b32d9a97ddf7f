"""Other migration tools, run on a database that they share with us."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.support.npm import Node
from tests.support.servers import unavailable

from schemactl.servers import Server


@dataclass(frozen=True)
class Peer:
    """A project folder, the database it is for, and how the tool there is run."""

    root: Path
    dsn: str

    @property
    def url(self) -> str:
        """The address without TLS, for drivers that ask for it by themselves."""
        return f"{self.dsn}?sslmode=disable"

    @property
    def parts(self) -> dict[str, str]:
        """The address as libpq's environment variables."""
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
        given = conninfo_to_dict(self.dsn)
        return {name: str(given[key]) for key, name in names.items() if given.get(key)}

    def file(self, name: str, text: str) -> Path:
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *command: str | Path, **environment: str) -> str:
        """The output of a command in the project that must succeed."""
        done = subprocess.run(
            list(map(str, command)),
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            timeout=120,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.root),
                "LC_ALL": "C.UTF-8",
                "DO_NOT_TRACK": "1",
                **environment,
            },
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def node(self, runners: Node, program: str, *arguments: str, **environment: str) -> str:
        """The output of a program from npm."""
        return self.run(runners.folder / "node_modules" / ".bin" / program, *arguments, **environment)

    def python(self, program: str, *arguments: str, **environment: str) -> str:
        """The output of a program from the Python index."""
        return self.run(Path(sys.executable).with_name(program), *arguments, **environment)

    def installed(self, program: str, *arguments: str, **environment: str) -> str:
        """The output of a program that the machine must have."""
        if shutil.which(program) is None:
            unavailable(f"{program} is not installed")
        return self.run(program, *arguments, **environment)


@pytest.fixture
def peer(tmp_path: Path, tcp_server: Server) -> Iterator[Peer]:
    """An empty project and a fresh database on a server that listens on loopback."""
    root = tmp_path / "project"
    root.mkdir()
    with tcp_server.database("peer") as database:
        yield Peer(root, database.dsn)
