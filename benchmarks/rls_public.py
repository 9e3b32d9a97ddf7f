"""Row security of public projects, as several tools see it: `python -m benchmarks.rls_public FOLDER… [--said FILE]`.

Each folder holds the .sql files of a project, for example its supabase/migrations. They are applied in order of name on
a throwaway server of Supabase's kind; a statement that needs what this server lacks (an extension, mostly) is left out
and counted. Every tool gets a copy of its own. schemactl looks twice: without policies files, as the others do, and
with the one of benchmarks/projects/policies, where somebody has written down what the project says is meant. What they
said is written to FILE; benchmarks.projects.problems counts what it is worth.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from benchmarks.rls_tools import Answer, Tool, others, ours
from schemactl import servers
from schemactl.core.errors import SourceError
from schemactl.servers import Database, Server
from schemactl.sql.parse import parse
from schemactl.sql.transactions import control

POLICIES = Path(__file__).with_name("projects") / "policies"
_COUNT = (
    "select (select count(*) from pg_class c join pg_namespace n on n.oid = relnamespace where relkind in ('r', 'p') \
and nspname = 'public'), (select count(*) from pg_policies where schemaname not in ('auth', 'cron'))"
)

_STANDING_IN = """
create schema if not exists extensions;
set search_path = public, extensions;
create or replace function extensions.uuid_generate_v4() returns uuid language sql as 'select gen_random_uuid()';
create or replace function extensions.gen_random_bytes(integer) returns bytea language sql
  as 'select substring(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) for $1)';
"""
"""What migrations take for granted on the platform, and no server here has."""


def main() -> None:
    """Print the table."""
    arguments = sys.argv[1:]
    target = Path(arguments.pop(arguments.index("--said") + 1)) if "--said" in arguments else None
    folders = [Path(one) for one in arguments if one != "--said"]
    tools = [ours(), Tool("schemactl with policies", ours().look), *others()]
    said: dict[str, dict[str, Answer]] = {}
    print("| project | tables | policies | left out | " + " | ".join(tool.name for tool in tools) + " |")
    print("| --- |" + " ---: |" * (3 + len(tools)))
    with servers.start("embedded", preset="supabase") as server:
        for folder in folders:
            with server.database("public") as database:
                left = sum(1 for _ in _apply(database, folder))
                with psycopg.connect(database.superuser_dsn) as connection:
                    (counts,) = connection.execute(_COUNT).fetchall()
                name = folder.parent.name if folder.name == "migrations" else folder.name
                answers = {tool.name: _look(server, database, tool, name) for tool in tools}
            said[name] = answers
            cells = [f"{len(a.errors)} of {len(a.said)}, {a.seconds:.1f} s" for a in answers.values()]
            print(f"| {name} | {counts[0]} | {counts[1]} | {left} | " + " | ".join(cells) + " |", flush=True)
    if target:
        target.write_text(json.dumps(_told(said), indent=1), encoding="utf-8")
    print("\nA cell: errors, of findings, in seconds.\n")
    for name in (tool.name for tool in tools):
        rules = Counter(text.split()[0] for project in said.values() for text in project[name].said)
        print(f"{name}: {', '.join(f'{rule} {count}' for rule, count in rules.most_common())}")


def _told(said: Mapping[str, Mapping[str, Answer]]) -> dict[str, dict[str, dict[str, Any]]]:
    """What a file keeps: by project and tool its findings with their words, its errors, its seconds."""
    return {
        project: {
            tool: {"said": dict(sorted(a.said.items())), "errors": sorted(a.errors), "seconds": round(a.seconds, 1)}
            for tool, a in answers.items()
        }
        for project, answers in said.items()
    }


def _apply(database: Database, folder: Path) -> Iterator[str]:
    """Every statement, each in a transaction of its own; what cannot run is told."""
    for path in sorted(folder.rglob("*.sql")):
        try:
            statements = parse(path.read_text(encoding="utf-8"), path.name).statements
        except SourceError as error:
            print(f"{path.name}: {error.message}", file=sys.stderr)
            yield path.name
            continue
        with psycopg.connect(database.superuser_dsn, autocommit=True) as connection:
            connection.execute(_STANDING_IN.encode())
            for statement in statements:
                if control(statement) is None:
                    try:
                        connection.execute(statement.text.encode())
                    except psycopg.Error as error:
                        print(f"{path.name}:{statement.line}: {str(error).splitlines()[0]}", file=sys.stderr)
                        yield statement.text


def _look(server: Server, database: Database, tool: Tool, project: str) -> Answer:
    copy = server.clone(database)
    try:
        with TemporaryDirectory(prefix="rls-public-") as name:
            folder = Path(name)
            (folder / "schemactl.toml").write_text('preset = "supabase"\n', encoding="utf-8")
            written = POLICIES / f"{project}.yaml"
            if tool.name.endswith("with policies") and written.exists():
                (folder / "policies").mkdir()
                (folder / "policies" / "app.yaml").write_bytes(written.read_bytes())
            return tool.look(folder, copy.superuser_dsn)
    finally:
        server.drop(copy)


if __name__ == "__main__":
    main()
