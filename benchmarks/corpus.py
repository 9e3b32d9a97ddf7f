"""The same migrations, written as each tool wants its files."""

from collections.abc import Callable
from pathlib import Path

Dialect = Callable[[Path, int, str, str], None]


def statements(number: int, count: int) -> str:
    """`count` statements of migration `number`, of the kinds that migrations are made of, guarded."""
    table = f"bench_{number}"
    kinds = [
        f"CREATE TABLE IF NOT EXISTS {table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);",
        f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS created_at timestamptz NOT NULL DEFAULT now();",
        f"CREATE INDEX IF NOT EXISTS {table}_name_idx ON {table} (name);",
        f"COMMENT ON TABLE {table} IS 'migration {number}';",
    ]
    return "\n".join(kinds[:count]) + "\n"


def write(folder: Path, dialect: Dialect, files: int, count: int = 4) -> Path:
    """`files` migrations of `count` statements (at most four) in `folder`."""
    folder.mkdir(parents=True)
    for number in range(1, files + 1):
        dialect(folder, number, f"{number:05}", statements(number, count))
    return folder


def plain(folder: Path, _number: int, version: str, sql: str) -> None:
    """`00001_bench.sql`: schemactl, node-pg-migrate."""
    (folder / f"{version}_bench.sql").write_text(sql, encoding="utf-8")


def dbmate(folder: Path, _number: int, version: str, sql: str) -> None:
    """With the sections that dbmate insists on."""
    (folder / f"{version}_bench.sql").write_text(f"-- migrate:up\n{sql}\n-- migrate:down\n", encoding="utf-8")


def yoyo(folder: Path, _number: int, version: str, sql: str) -> None:
    """`00001.bench.sql`."""
    (folder / f"{version}.bench.sql").write_text(sql, encoding="utf-8")


def psql(folder: Path, number: int, version: str, sql: str) -> None:
    """A file each, and `all.sql`, which runs each in a transaction of its own."""
    (folder / f"{version}.sql").write_text(sql, encoding="utf-8")
    with (folder / "all.sql").open("a", encoding="utf-8") as script:
        script.write(("\\set ON_ERROR_STOP on\n" if number == 1 else "") + f"BEGIN;\n\\ir {version}.sql\nCOMMIT;\n")
