"""50 tables, 5 actors, every statement form: who can touch what, on a server that is warm."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Contender, Subject
from schemactl import __version__, servers
from schemactl.core import config
from schemactl.migrations.files import load
from schemactl.rls.database import migrate
from schemactl.rls.testing import run

TABLES = 50
_TABLE = """
create table public.t{n} (
  id uuid primary key default gen_random_uuid(), user_id uuid not null references auth.users (id) on delete cascade,
  title text not null, status text not null default 'new' check (status in ('new', 'done')),
  amount integer not null default 0, created_at timestamptz not null default now(){parent});
create index on public.t{n} (user_id);
alter table public.t{n} enable row level security;
create policy own on public.t{n} to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()){parents});
revoke all on public.t{n} from anon, authenticated, service_role;
grant select, insert, update, delete on public.t{n} to authenticated, service_role;
"""
_PARENT = ", parent_id uuid references public.t{n} (id) on delete cascade"
_PARENTS = " and (parent_id is null or exists (select from public.t{n} p where p.id = t{below}.parent_id))"
_POLICIES = """
become: supabase
owner: user_id
actors:
  anon: {role: anon}
  user: {role: authenticated, person: ada}
  stranger: {like: user, person: bob}
  admin: {like: user, person: eve, claims: {app_metadata: {role: admin}}}
  service: {role: service_role, bypass: true, may: all}
kinds: {private: {user: {own: all}}}
tables:
"""


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """The whole test in this process: catalog, rows, probes, verdicts, report. Peers have no such test to run."""
    project = _write(scratch)
    with servers.start("embedded", preset="supabase") as server, server.database("access") as database:
        migrate(database.dsn, load(project / "migrations"))
        found = config.load(project)

        def attempt() -> float:
            begun = time.perf_counter()
            report = run(found, dsn=database.superuser_dsn)
            taken = time.perf_counter() - begun
            if report.findings:
                raise RuntimeError(report.summary)
            return taken

        attempt()  # a warm server
        yield Subject(
            f"access test, {TABLES} tables × 5 actors × all forms, a warm server",
            "s",
            [Contender("schemactl", __version__, attempt)],
        )


def _write(scratch: Path) -> Path:
    (scratch / "migrations").mkdir()
    (scratch / "policies").mkdir()
    tables = [
        _TABLE.format(
            n=n,
            parent=_PARENT.format(n=n - 1) if n % 3 else "",
            parents=_PARENTS.format(n=n - 1, below=n) if n % 3 else "",
        )
        for n in range(TABLES)
    ]
    lines = "".join(f"  t{n}: private\n" for n in range(TABLES))
    (scratch / "migrations" / "1_tables.sql").write_text("".join(tables), encoding="utf-8")
    (scratch / "policies" / "all.yaml").write_text(_POLICIES + lines, encoding="utf-8")
    (scratch / "schemactl.toml").write_text('preset = "supabase"\n', encoding="utf-8")
    return scratch
