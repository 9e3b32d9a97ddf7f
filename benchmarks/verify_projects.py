"""`schemactl verify` on the migrations of public projects: `python -m benchmarks.verify_projects CLONES WORK [NAME…]`.

CLONES holds a git directory a project, `owner+name` (a bare clone, or one in `repo`); WORK gets each project's files in
schemactl's own layout and the report of its run. Prints a table. Nothing of the projects is kept in this repository.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import our_environment

PATIENCE = 900


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project keeps its migrations, and how what runs them names the files: `pattern` finds digits and name.

    `before` is what the project's runner makes first; statements that match `left_out` need an extension that neither
    server has, or rows of production.
    """

    repository: str
    folder: str
    made_for: str
    pattern: str = r"(?P<version>\d+)[-_](?P<name>[^/]+)\.sql"
    preset: str = "plain"
    before: str = ""
    left_out: str = ""
    server: str = "local"

    @property
    def name(self) -> str:
        """The repository's name."""
        return self.repository.partition("/")[2]


_FOLDERS = r"(?P<version>\d[\d-]*\d)[-_](?P<name>[^/]+)/(?:(?P<up>up|migration)|down)\.sql"
_PAIRS = r"(?P<version>\d+)_(?P<name>[^/]+?)(?:\.(?:(?P<up>up)|down))?\.sql"
PROJECTS = (
    Project("usebasejump/basejump", "supabase/migrations", "Supabase CLI", preset="supabase"),
    Project("vercel/nextjs-subscription-payments", "supabase/migrations", "Supabase CLI", preset="supabase"),
    Project(
        "imbhargav5/nextbase-nextjs-supabase-starter",
        "apps/database/supabase/migrations",
        "Supabase CLI",
        preset="supabase",
    ),
    Project(
        "risa-labs-inc/BossConsole",
        "supabase/migrations",
        "Supabase CLI",
        preset="supabase",
        left_out=r'create extension if not exists "(pg_graphql|pg_stat_statements|supabase_vault)"[^;]*;',
    ),
    Project("rust-lang/crates.io", "migrations", "Diesel", _FOLDERS),
    Project("LemmyNet/lemmy", "migrations", "Diesel", _FOLDERS),
    Project("rust-lang/docs.rs", "crates/lib/docs_rs_database/migrations", "sqlx", _PAIRS),
    Project("svix/svix-webhooks", "server/svix-server/migrations", "sqlx", _PAIRS),
    Project(
        "matrix-org/matrix-authentication-service",
        "crates/storage-pg/migrations",
        "sqlx",
        _PAIRS,
        before="create table _sqlx_migrations (version bigint primary key, description text);",
    ),
    Project("umami-software/umami", "prisma/migrations", "Prisma", _FOLDERS),
    Project("getfider/fider", "migrations", "its own runner"),
    Project("supabase/storage", "migrations/tenant", "its own runner"),
    Project(
        "conductor-oss/conductor",
        "postgres-persistence/src/main/resources/db/migration_postgres",
        "Flyway",
        r"V(?P<version>\d+)__(?P<name>[^/]+)\.sql",
    ),
)


def write(project: Project, clones: Path, work: Path) -> str:
    """The project's files as schemactl names them, under `work`; the commit they are of."""
    git = _git_directory(clones / project.repository.replace("/", "+"))
    commit = _run("git", "-C", str(git), "rev-parse", "--short=10", "HEAD").strip()
    names = _run("git", "-C", str(git), "ls-tree", "-r", "--name-only", f"HEAD:{project.folder}").splitlines()
    folder = work / project.name / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    preset = "before.sql" if project.before else project.preset
    (work / project.name / "before.sql").write_text(project.before, encoding="utf-8")
    (work / project.name / "schemactl.toml").write_text(f'preset = "{preset}"\n', encoding="utf-8")
    for name in names:
        found = re.fullmatch(project.pattern, name)
        if not found:
            continue
        down = "down" in name.rsplit("/", 1)[-1].split(".")
        words = re.sub(r"\W+", "_", found["name"]).strip("_").lower()
        target = folder / f"{found['version'].replace('-', '')}_{words}{'.down' if down else ''}.sql"
        text = _run("git", "-C", str(git), "show", f"HEAD:{project.folder}/{name}")
        if project.left_out:
            text = re.sub(project.left_out, "", text, flags=re.IGNORECASE)
        target.write_text(text, encoding="utf-8")
    return commit


def verify(project: Project, work: Path) -> tuple[dict[str, Any], float]:
    """The report of a run without cache, and its seconds."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "schemactl", "verify", "--no-cache", "--postgres", project.server, "--format", "json"],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=work / project.name,
        env={**os.environ, **our_environment()},
        timeout=PATIENCE,
    )
    seconds = time.monotonic() - began
    (work / project.name / "report.json").write_text(done.stdout, encoding="utf-8")
    (work / project.name / "stderr.txt").write_text(done.stderr, encoding="utf-8")
    return json.loads(done.stdout), seconds


def row(project: Project, commit: str, report: dict[str, Any], seconds: float) -> str:
    """One line of the table."""
    count = Counter(finding["rule"] for finding in report.get("findings", ()))
    cells = [
        project.name,
        commit,
        project.made_for,
        str(len(report.get("verify", {}).get("migrations", ()))),
        f"{seconds:.0f}",
    ]
    return " | ".join((*cells, ", ".join(f"{rule} {number}" for rule, number in count.most_common())))


def _git_directory(place: Path) -> Path:
    return place / "repo" if (place / "repo").is_dir() else place


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", errors="replace").stdout


def main() -> None:
    """Run the projects that were named, or all."""
    clones, work, *names = sys.argv[1:]
    for project in PROJECTS:
        if names and project.name not in names:
            continue
        commit = write(project, Path(clones), Path(work))
        try:
            report, seconds = verify(project, Path(work))
        except subprocess.TimeoutExpired:
            print(f"{project.name} | {commit} | not finished in {PATIENCE} s", flush=True)
            continue
        print(row(project, commit, report, seconds), flush=True)


if __name__ == "__main__":
    main()
