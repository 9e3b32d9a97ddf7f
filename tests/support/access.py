"""Small projects with access rules, and tests of them as a user runs them."""

import subprocess
from pathlib import Path
from typing import Any

from tests.support.program import Outcome, run

from schemactl.servers import Database

ACTORS = """
become: {setting: app.user_id}
owner: owner_id
actors:
  guest: {role: t_guest}
  user: {role: t_user, person: ada}
  stranger: {like: user, person: bob}
"""

ROLES = """
do $$ begin
  if not exists (select from pg_roles where rolname = 't_user') then
    create role t_user;
    create role t_guest;
  end if;
end $$;
create function me() returns uuid language sql stable as
  $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
grant execute on function me() to t_user, t_guest;
"""

PRISTINE = "revoke create on schema public from public;\n" + "".join(
    f"alter default privileges {role}in schema public revoke all on {objects} from anon, authenticated, service_role;\n"
    for role in ("", "for role postgres ")
    for objects in ("tables", "functions", "sequences")
)
"""What new objects on Supabase, and schemas on PostgreSQL 14, grant, taken away: a case grants what it is about."""

NOTES = """
create table notes (id uuid primary key default gen_random_uuid(), owner_id uuid not null, title text not null);
alter table notes enable row level security;
grant select, insert, update, delete on notes to t_user;
"""

OWN = "create policy own on notes to t_user using (owner_id = me()) with check (owner_id = me());"

PRIVATE = "tables: {notes: {allow: {user: {own: all}}}}\nfunctions: {me: {allow: [anyone], reason: a helper}}\n"


def project(folder: Path, sql: str, policies: str, actors: str = ACTORS, preset: str = "plain") -> Path:
    """A project whose only migration is `sql`."""
    (folder / "migrations").mkdir(parents=True, exist_ok=True)
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "schemactl.toml").write_text(f'preset = "{preset}"\n', encoding="utf-8")
    (folder / "migrations" / "1_app.sql").write_text(sql, encoding="utf-8")
    (folder / "policies" / "app.yaml").write_text(actors + policies, encoding="utf-8")
    return folder


def rls(command: str, folder: Path, *arguments: str | Path) -> Outcome:
    """`schemactl rls COMMAND FOLDER --format json`."""
    return run("rls", command, folder, *arguments, "--format", "json", "--quiet")


def rules(outcome: Outcome) -> list[str]:
    """The rules that fired, sorted."""
    return sorted(finding["rule"] for finding in outcome.json["findings"])


def failed(outcome: Outcome) -> list[dict[str, Any]]:
    """The cells that are not as declared."""
    return [cell for cell in outcome.json["rls_test"]["cells"] if cell["verdict"] != cell["expected"]]


def psql(database: Database, script: str) -> str:
    """What psql shows of a script, run as superuser."""
    done = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-d", database.superuser_dsn, "-f", "-"],
        input=script,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr
