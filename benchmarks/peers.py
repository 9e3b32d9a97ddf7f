"""Other tools, installed into a cache directory through their ordinary package managers."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass, replace
from importlib.metadata import version as installed_version
from pathlib import Path

import platformdirs

import schemactl
from benchmarks import corpus

SOURCE = Path(schemactl.__file__).parents[1]
CACHE = platformdirs.user_cache_path("schemactl-benchmarks")
NODE_PACKAGES = ("dbmate", "node-pg-migrate", "pg")
PYTHON_PACKAGES = {"yoyo": ("yoyo-migrations", "psycopg[binary]", "setuptools"), "squawk": ("squawk-cli",)}


class Missing(Exception):
    """A peer cannot be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """A database, as pieces that every tool's connection string is made of."""

    host: str
    port: int
    user: str
    password: str
    database: str

    def url(self, scheme: str = "postgres", options: str = "") -> str:
        """`scheme://user:…@host:port/database?options`."""
        login = f"{self.user}:{self.password}@" if self.password else f"{self.user}@"
        return f"{scheme}://{login}{self.host}:{self.port}/{self.database}{options}"


@dataclass(frozen=True, slots=True)
class Runner:
    """A tool that applies migrations."""

    name: str
    version: str
    dialect: corpus.Dialect
    program: tuple[str, ...]

    def apply(self, folder: Path, address: Address) -> tuple[list[str], dict[str, str]]:
        """The command, and its environment, that applies `folder`."""
        arguments, environment = _APPLY[self.name](folder, address)
        return [*self.program, *arguments], environment


def ours() -> Runner:
    """schemactl itself, from this tree."""
    return Runner("schemactl", schemactl.__version__, corpus.plain, (sys.executable, "-m", "schemactl"))


def psql() -> Runner:
    """psql from the PATH."""
    program = shutil.which("psql")
    if program is None:
        raise Missing("psql is not on the PATH")
    return Runner("psql", _first_version([program, "--version"]), corpus.psql, (program,))


def dbmate() -> Runner:
    """The native program, without the Node script that starts it."""
    modules = node_modules()
    (program,) = modules.glob("@dbmate/*/bin/dbmate*")
    return Runner("dbmate", node_version(modules, "dbmate"), corpus.dbmate, (str(program),))


def node_pg_migrate_by_file() -> Runner:
    """In a transaction a file, where one for everything holds more locks than a server has room for."""
    runner = node_pg_migrate()
    return replace(runner, program=(*runner.program, "--no-single-transaction"))


def node_pg_migrate() -> Runner:
    """Its script, run by node."""
    modules = node_modules()
    script = modules / "node-pg-migrate/bin/node-pg-migrate.js"
    return Runner("node-pg-migrate", node_version(modules, "node-pg-migrate"), corpus.plain, ("node", str(script)))


def yoyo() -> Runner:
    """yoyo in an environment of its own."""
    python = environment("yoyo")
    return Runner("yoyo", python_version(python, "yoyo-migrations"), corpus.yoyo, (str(python.with_name("yoyo")),))


def squawk() -> tuple[str, str]:
    """squawk's program and version."""
    python = environment("squawk")
    return str(python.with_name("squawk")), python_version(python, "squawk-cli")


def our_environment() -> dict[str, str]:
    """What makes `python -m schemactl` run this tree, and keep its bytecode, as an installed program has it."""
    return {"PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": ""}


def installed(folder: Path) -> tuple[Path, dict[str, str]]:
    """This tree as pip installs it, beside the packages of this Python: the program, and the environment it needs."""
    packages = folder / "site-packages"
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--target")
    _install([sys.executable, "-m", "pip", "install", *options, str(packages), str(SOURCE.parent)])
    return packages / "bin" / "schemactl", {"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": ""}


def versions() -> dict[str, str]:
    """What the figures depend on."""
    return {"Python": sys.version.split()[0], "psycopg": installed_version("psycopg"), "cores": str(os.cpu_count())}


def with_our_environment() -> dict[str, str]:
    """This process's environment, in which this tree and the benchmarks can be imported."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(SOURCE), str(SOURCE.parent)))}


def node_modules(name: str = "node", packages: tuple[str, ...] = NODE_PACKAGES) -> Path:
    """The modules of these packages, `name@version` or `name`, in a folder of their own."""
    home = CACHE / name
    modules = home / "node_modules"
    if not all((modules / package.partition("@")[0]).is_dir() for package in packages):
        npm = shutil.which("npm")
        if npm is None:
            raise Missing("npm is not on the PATH")
        home.mkdir(parents=True, exist_ok=True)
        _install([npm, "install", "--no-audit", "--no-fund", "--prefix", str(home), *packages])
    return modules


def environment(name: str, packages: tuple[str, ...] | None = None) -> Path:
    """The Python of an environment that holds these packages."""
    home = CACHE / name
    python = home / "bin" / "python"
    if not (home / "installed").exists():
        venv.create(home, with_pip=True, clear=True)
        _install([str(python), "-m", "pip", "install", "--quiet", *(packages or PYTHON_PACKAGES[name])])
        (home / "installed").touch()
    return python


def _install(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"`{' '.join(command)}` failed: {done.stderr[-500:]}")


def node_version(modules: Path, package: str) -> str:
    """The version of an installed package."""
    return str(json.loads((modules / package / "package.json").read_text(encoding="utf-8"))["version"])


def python_version(python: Path, package: str) -> str:
    """The version of a package in an environment."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def _first_version(command: list[str]) -> str:
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"\d+(?:\.\d+)+", text)
    return found[0] if found else text.strip()


def _schemactl(folder: Path, address: Address) -> tuple[list[str], dict[str, str]]:
    database = address.url("postgresql")
    return ["apply", "--database", database, "--config", str(folder / "schemactl.toml")], our_environment()


def _psql(folder: Path, address: Address) -> tuple[list[str], dict[str, str]]:
    return ["-X", "-q", "-d", address.url(), "-f", str(folder / "all.sql")], {}


def _dbmate(folder: Path, address: Address) -> tuple[list[str], dict[str, str]]:
    url = address.url(options="?sslmode=disable")
    return ["--url", url, "--migrations-dir", str(folder), "--no-dump-schema", "up"], {}


def _node_pg_migrate(folder: Path, address: Address) -> tuple[list[str], dict[str, str]]:
    return ["up", "-m", str(folder), "--no-verbose"], {"DATABASE_URL": address.url()}


def _yoyo(folder: Path, address: Address) -> tuple[list[str], dict[str, str]]:
    url = address.url("postgresql+psycopg")
    return ["apply", "--batch", "--no-config-file", "--database", url, str(folder)], {}


_APPLY = {
    "schemactl": _schemactl,
    "psql": _psql,
    "dbmate": _dbmate,
    "node-pg-migrate": _node_pg_migrate,
    "yoyo": _yoyo,
}
