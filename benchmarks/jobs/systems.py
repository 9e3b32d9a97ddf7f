"""The four systems of the example tree, with as many waiting jobs as wanted."""

from pathlib import Path
from typing import Any

import psycopg

from schemactl.core.config import load as load_config
from schemactl.jobs.exercise import tree
from schemactl.jobs.spec import Spec, named
from schemactl.migrations.files import load
from schemactl.servers import Database

ROOT = Path(__file__).parents[2]
SPECS: tuple[Spec, ...] = named(load_config(ROOT / "schemactl.toml", {}), None)

# Rows that other tables should hold are left out: no claim reads them.
_FILL = {
    "meal_plans": """
insert into public.meal_plans (id, user_id, title, week_start, generation_status)
select md5(number::text)::uuid, md5(number::text)::uuid, 'a week', '2026-01-05', 'generating'
  from generate_series(1, %s) as number""",
    "song_variants": """
insert into public.song_variants (order_id, user_id, variant_number, storage_path)
select md5(number::text)::uuid, md5(number::text)::uuid, 1, 'songs/1.mp3'
  from generate_series(1, %s) as number""",
    "generations": """
insert into public.generations (user_id, portrait_url, keywords, background_count)
select md5(number::text)::uuid, 'portraits/1.png', 'sea', 2
  from generate_series(1, %s) as number""",
    "weekly_plans": """
insert into public.plan_generation_jobs (user_id, run_after)
select md5(number::text)::uuid, now() - number * interval '1 ms'
  from generate_series(1, %s) as number""",
}


def build(database: Database) -> None:
    """Apply the example tree."""
    folder = load(ROOT / "migrations")
    tree.apply(folder, tree.scripts(folder), database)


def fill(session: psycopg.Connection[Any], spec: Spec, count: int) -> None:
    """Make `count` jobs wait, and let the planner know. For a superuser in autocommit mode."""
    session.execute("set session_replication_role = replica")
    session.execute(_FILL[spec.name].encode(), [count])
    session.execute("set session_replication_role = origin")
    session.execute(f"vacuum analyze {spec.config.table}".encode())
