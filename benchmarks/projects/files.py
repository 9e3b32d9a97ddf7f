"""The projects, and their migrations as plain files: the way up only, placeholders filled in."""

import io
import re
import subprocess
import tarfile
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from benchmarks import peers
from benchmarks.peers import Missing
from schemactl.lint.folders import collect, upward

_BESIDE = "metadata.toml"


@dataclass(frozen=True, slots=True)
class Project:
    """A repository at a commit; `files` is the glob of its migrations, `replace` a pattern and what to put there."""

    repository: str
    commit: str
    runner: str
    files: str
    replace: tuple[str, ...] = ()


def projects() -> list[Project]:
    """Every project of projects.toml."""
    document = tomllib.loads(Path(__file__).with_name("projects.toml").read_text(encoding="utf-8"))
    return [Project(**{**row, "replace": tuple(row.get("replace", ()))}) for row in document["project"]]


def clones(project: Project) -> Path:
    """A folder with the project's repository in it, cloned into the cache where it is not there. Raises Missing."""
    folder = peers.CACHE / "clones"
    target = folder / project.repository
    if not target.exists():
        address = f"https://github.com/{project.repository}"
        clone = ["git", "clone", "--quiet", "--bare", address, str(target)]
        done = subprocess.run(clone, check=False, capture_output=True, text=True)
        if done.returncode:
            raise Missing(f"{project.repository} cannot be cloned: {done.stderr.strip()[-200:]}")
    return folder


def write(project: Project, clones: Path, target: Path) -> list[Path]:
    """Write the project's migrations below `target`; the paths of those that lead upward, in the order they apply."""
    folder = project.files.partition("*")[0].rpartition("/")[0]
    archive = subprocess.run(
        ["git", "-C", clones / project.repository, "archive", project.commit, folder], check=True, capture_output=True
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        for member in files.getmembers():
            wanted = fnmatchcase(member.name, project.files) or member.name.endswith(_BESIDE)
            if member.isfile() and wanted:
                content = files.extractfile(member)
                assert content is not None
                path = target / project.repository / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(_plain(content.read().decode("utf-8"), project), encoding="utf-8")
    return [item.path for item in collect([target / project.repository])]


def _plain(text: str, project: Project) -> str:
    if project.replace:
        pattern, value = project.replace
        text = re.sub(pattern, value, text)
    return upward(text)
