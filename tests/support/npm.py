"""Programs from the npm registry: Supabase's generator and CLI, the TypeScript compiler, and migration runners."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psycopg
import pytest
from tests.support.servers import unavailable

from schemactl import servers
from schemactl.servers import Server

PACKAGES = ("@supabase/postgres-meta@0.99.0", "oxfmt@0.66.0", "typescript@5.9.3")
RUNNERS = ("dbmate@2.36.0", "graphile-migrate@1.4.1", "supabase@3.1.0")

FOLDER_VARIABLE = "SCHEMACTL_TEST_NPM"
"""Names a folder in which they are installed already."""


@dataclass(frozen=True)
class Node:
    """A folder with node_modules."""

    folder: Path

    def run(
        self,
        *arguments: str,
        text: str = "",
        cwd: Path | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """The output of `node ARGUMENTS`."""
        done = subprocess.run(
            ["node", *arguments],
            check=False,
            input=text,
            capture_output=True,
            encoding="utf-8",
            cwd=cwd or self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **environment},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def script(self, code: str, value: object) -> object:
        """What a module prints as JSON, given `value` as JSON in the variable `input`."""
        read = "import fs from 'node:fs'; const input = JSON.parse(fs.readFileSync(0, 'utf8'));"
        return json.loads(self.run("--input-type=module", "-e", read + code, text=json.dumps(value)))

    def supabase_types(self, dsn: str, *schemas: str, one_to_one: bool = False, postgrest: str = "") -> str:
        """What Supabase's generator writes for a database."""
        wanted = {
            "PG_META_GENERATE_TYPES": "typescript",
            "PG_META_DB_URL": dsn,
            "PG_META_GENERATE_TYPES_INCLUDED_SCHEMAS": ",".join(schemas or ("public",)),
        }
        if one_to_one:
            wanted["PG_META_GENERATE_TYPES_DETECT_ONE_TO_ONE_RELATIONSHIPS"] = "true"
        if postgrest:
            wanted["PG_META_POSTGREST_VERSION"] = postgrest
        return self.run("node_modules/@supabase/postgres-meta/dist/server/server.js", environment=wanted)

    def compile(self, folder: Path, *options: str) -> None:
        """Check that the TypeScript files of a folder compile under --strict."""
        files = map(str, sorted(folder.glob("*.ts")))
        program = str(self.folder / "node_modules/typescript/bin/tsc")
        self.run(program, "--strict", "--noEmit", *options, *files, cwd=folder)


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """The packages, installed once for all workers, or where the variable says that they are."""
    return Node(_folder(tmp_path_factory, "npm", PACKAGES))


@pytest.fixture(scope="session")
def runners(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """Migration runners, installed likewise."""
    return Node(_folder(tmp_path_factory, "npm-runners", RUNNERS))


def _folder(tmp_path_factory: pytest.TempPathFactory, name: str, packages: tuple[str, ...]) -> Path:
    if FOLDER_VARIABLE in os.environ:
        return Path(os.environ[FOLDER_VARIABLE])
    if shutil.which("npm") is None or shutil.which("node") is None:
        unavailable("npm is not installed")
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    if not folder.is_dir():
        _install(folder, packages)
    return folder


def _install(folder: Path, packages: tuple[str, ...]) -> None:
    """Install beside and rename: workers may do so at the same time, and the first wins."""
    scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    (scratch / "package.json").write_text('{"private": true}', encoding="utf-8")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", *packages]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=scratch)
    if done.returncode != 0:
        unavailable(f"npm install failed: {done.stderr.strip()[-300:]}")
    try:
        scratch.rename(folder)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture(scope="session")
def tcp_server() -> Iterator[Server]:
    """A server that listens on loopback, for clients that know no Unix sockets."""
    with servers.start("embedded", preset="supabase", tcp=True) as server:
        yield server


@contextmanager
def database_of(server: Server, script: str) -> Iterator[str]:
    """The DSN of a fresh database in which a script was run."""
    with server.database("types") as database:
        with psycopg.connect(database.dsn, autocommit=True) as connection:
            connection.execute(script.encode())
        yield database.dsn
