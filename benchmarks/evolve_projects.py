"""`diff --sql`, `squash`, `types` and `snapshot` on the migrations of public projects, through the program.

`python -m benchmarks.evolve_projects CLONES WORK [NAME…]`: CLONES as in `benchmarks.verify_projects`, which writes each
project's files below WORK. Prints a line of docs/snapshots-projects.md a project, and says of each thing that did not
hold what was seen. Nothing of the projects is kept in this repository.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.peers import our_environment
from benchmarks.verify_projects import PROJECTS, Project, write
from schemactl import servers
from schemactl.lint.folders import upward

PATIENCE = 500
COMPILER = "typescript@5.9.3"
# Projects that verify is not run on.
MORE = (
    Project("hatchet-dev/hatchet", "cmd/hatchet-migrate/migrate/migrations", "goose"),
    Project(
        "flowglad/flowglad",
        "platform/flowglad-next/db-core/migrations",
        "Drizzle",
        preset="supabase",
        left_out=r"(?m)^(begin|commit);\s*$",
    ),
)
# What the project's runner sets first.
SETTINGS = {"storage": "SET search_path = storage, public;\n"}
# How many files there are before one that is a program, is for a newer server, or is refused by any.
PLAIN_UNTIL = {"hatchet": 181, "lemmy": 247, "flowglad": 138}
ALONE = "-- schemactl:transaction=none\n"


@dataclass
class Seen:
    """A project's folders and what came of it: a word a cell of the table, and what a person should look at."""

    project: Project
    home: Path
    cells: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def whole(self) -> Path:
        """All migrations."""
        return self.home / "migrations"

    def run(self, what: str, *arguments: object, fine: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        """The program in the project's folder; another exit code than those is kept with the end of what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "schemactl", *map(str, arguments), "--quiet"],
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=self.home,
            env={**os.environ, **our_environment(), "SCHEMACTL_POSTGRES": self.project.server},
            timeout=PATIENCE,
        )
        if done.returncode not in fine:
            self.wrong.append(f"{what}: exit code {done.returncode}: {(done.stderr or done.stdout)[-1500:]}")
        return done

    def folder(self, name: str, paths: list[Path]) -> Path:
        """Some of the migrations in a folder of their own."""
        target = self.home / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for path in paths:
            shutil.copy(path, target)
        return target


def diffs(seen: Seen, files: list[Path]) -> None:
    """From nothing, and from the first half, to all: what is written is applied behind the start, and compared."""
    for name, start in (("nothing", []), ("half", files[: len(files) // 2])):
        folder = seen.folder(name, start)
        before = folder if start else "EMPTY"
        shown = seen.run(
            f"diff from {name}", "diff", before, "migrations", "--sql", "--allow-destructive", "-f", "json", fine=(0, 1)
        )
        found = json.loads(shown.stdout).get("diff")
        if found is None:
            seen.cells += ["refused", "–"]
            seen.wrong.append(f"diff from {name}: {json.loads(shown.stdout)['error']['message'][:1500]}")
            continue
        written = found["migration"]
        for number, text in enumerate(written["files"], start=1):
            (folder / f"{version(files[-1])}{number:02}_written.sql").write_text(text, encoding="utf-8")
        statements = sum(text.count(";\n") for text in written["files"])
        seen.cells.append(f"{statements} ({len(written['files'])})")
        seen.cells.append(_left(seen, name, folder, written))
        seen.wrong += [f"not written from {name}: {text}" for text in written["unwritten"]]


def _left(seen: Seen, name: str, folder: Path, written: dict[str, Any]) -> str:
    """What differs behind the files, if they apply to the rows that the project's own migrations insert."""
    if any("mend them first" in note for note in written["notes"]):
        return "rows to mend first, told"
    left = seen.run(f"after {name}", "diff", folder, "migrations", "-f", "json", fine=(0, 1))
    found = json.loads(left.stdout).get("diff")
    if found is None:
        return "fails"
    kinds = sorted({attribute["name"] for change in found["changes"] for attribute in change["attributes"]})
    return f"{len(found['changes'])} objects: {', '.join(kinds)}" if found["changes"] else "nothing"


def squashed(seen: Seen, files: list[Path]) -> None:
    """The first two thirds as one file, which the program proves; then the folder is compared with what it was."""
    folder = seen.folder("squashed", files)
    middle = version(files[len(files) * 2 // 3 - 1])
    done = seen.run("squash", "squash", folder, "--to", middle, "--write")
    if done.returncode == 0:
        done = seen.run("squashed", "diff", folder, "migrations")
    seen.cells.append("equal" if done.returncode == 0 else "refused")


def typed(seen: Seen, compiler: Path) -> None:
    """`types typescript` as the compiler reads it."""
    target = seen.home / "types.ts"
    if seen.run("types", "types", "typescript", seen.home, "--output", target).returncode == 0:
        done = subprocess.run(
            ["node", str(compiler), "--strict", "--noEmit", str(target)], check=False, capture_output=True, text=True
        )
        if done.returncode:
            seen.wrong.append(f"tsc: {done.stdout[:800]}")
        seen.cells.append("no" if done.returncode else str(len(target.read_text(encoding="utf-8").splitlines())))
    else:
        seen.cells.append("fails")


def live(seen: Seen) -> None:
    """The snapshot of a database to which the migrations were applied, against that of the files."""
    preset = "before.sql" if seen.project.before else seen.project.preset
    preset = str(seen.home / preset) if preset.endswith(".sql") else preset
    with servers.start(seen.project.server, preset=preset) as server, server.database("live") as database:
        seen.run("apply", "apply", "--database", database.dsn)
        done = seen.run("live", "diff", "migrations", database.dsn)
    seen.cells.append("equal" if done.returncode == 0 else "differs")


def chosen(seen: Seen) -> list[Path]:
    """The way up alone, in order, as schemactl reads it: a number a file, and what must not be in a transaction."""
    paths = sorted(seen.whole.glob("*.sql"), key=lambda path: (int(version(path)), path.name))
    numbers = [version(path) for path in paths if not path.name.endswith(".down.sql")]
    files: list[Path] = []
    for path in paths:
        text = upward(path.read_text(encoding="utf-8"))
        path.unlink()
        if path.name.endswith(".down.sql"):
            continue
        head = ALONE if "+goose NO TRANSACTION" in text else SETTINGS.get(seen.project.name, "")
        number = f"{len(files) + 1:04}" if len(set(numbers)) < len(numbers) else version(path)
        files.append(path.with_name(f"{number}_{path.name.partition('_')[2]}"))
        files[-1].write_text(head + text, encoding="utf-8")
    for path in files[PLAIN_UNTIL.get(seen.project.name, len(files)) :]:
        path.unlink()
    return sorted(seen.whole.glob("*.sql"), key=lambda path: int(version(path)))


def version(path: Path) -> str:
    """The number that a file's name begins with."""
    return path.name.partition("_")[0]


def main() -> None:
    """Run the projects that were named, or all."""
    clones, work, *names = sys.argv[1:]
    compiler = Path(work) / "npm" / "node_modules/typescript/bin/tsc"
    if not compiler.exists():
        subprocess.run(["npm", "install", "--ignore-scripts", "--prefix", Path(work) / "npm", COMPILER], check=True)
    for project in (*PROJECTS, *MORE):
        if names and project.name not in names:
            continue
        home = Path(work) / project.name
        shutil.rmtree(home, ignore_errors=True)
        write(project, Path(clones), Path(work))
        seen = Seen(project, home)
        began = time.monotonic()
        files = chosen(seen)
        seen.cells.append(str(len(files)))
        diffs(seen, files)
        squashed(seen, files)
        typed(seen, compiler)
        live(seen)
        print(" | ".join((project.repository, *seen.cells, f"{time.monotonic() - began:.0f}")), flush=True)
        for text in seen.wrong:
            print(f"  {text}", flush=True)


if __name__ == "__main__":
    main()
