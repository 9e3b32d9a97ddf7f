"""Folders of migrations made of strings, and applying them: in this process, or as a user does."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

import schemactl
from schemactl.apply import engine
from schemactl.apply.history_table import HistoryTable
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.migrations.files import load

SOURCE = Path(schemactl.__file__).parents[1]


def write(folder: Path, **files: str) -> Path:
    """A folder of migrations: `write(tmp_path / "migrations", _1_users="create table …")` makes `1_users.sql`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        stem = name.removeprefix("_").replace("__down", ".down")
        (folder / f"{stem}.sql").write_text(text, encoding="utf-8", newline="")
    return folder


def apply(folder: Path, dsn: str, *, settings: Settings | None = None, store: Store | None = None) -> engine.Outcome:
    """Apply all of `folder` in this process."""
    session = Session(dsn)
    try:
        return engine.apply(
            engine.Request(load(folder)), session, store or HistoryTable(), settings or Settings(who="test")
        )
    finally:
        session.close()


def command(*arguments: str) -> list[str]:
    """The command line of the program."""
    return [sys.executable, "-m", "schemactl", *arguments]


def environment(**more: str) -> dict[str, str]:
    """The environment of the program, without what this machine's user set up for libpq."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG") and name != "DATABASE_URL"}
    return {**kept, "PYTHONPATH": str(SOURCE), **more}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    return subprocess.run(
        command(*arguments), check=False, capture_output=True, text=True, env=environment(**more), timeout=120
    )


def rows(dsn: str, sql: str) -> list[tuple[object, ...]]:
    """The answer to a query."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(sql.encode()).fetchall()


def history(dsn: str) -> list[tuple[object, ...]]:
    """Id, state, statements done and total of every row, in the order of the versions."""
    return rows(
        dsn, "select id, state, statements_done, statements_total from schemactl.history order by length(id), id"
    )
