"""Holes in row security, found or not, beside pgrls, rlsautotest and rlsgrid: `python -m benchmarks.rls_accuracy`.

The set is tests/cases/rls: a bad schema and a good twin for every defect, with Supabase's roles, so that every tool
knows who is who. A tool has found the hole when it says anything at all about the bad schema that it does not say about
the good one, whatever it calls it; an error that it reports on the good twin, where nobody can do what he should not,
is a false alarm. Where a case has a policies file, schemactl reads it: peers take no such thing, but for the owner's
column, which rlsgrid is told. `--results FILE` keeps what was measured and goes on from there. Further arguments are
parts of names: only those cases are tried, and what each tool said of them is shown.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import yaml
from tests.support.access import ACTORS, PRISTINE

from benchmarks.rls_tools import Answer, Tool, others, ours
from schemactl import servers
from schemactl.servers import Server

CASES = Path(__file__).parents[1] / "tests/cases/rls"
_ON_SUPABASE = (
    (r"\bt_user\b", "authenticated"),
    (r"\bt_guest\b", "anon"),
    (r"current_setting\('app.user_id', true\)", "(current_setting('request.jwt.claims', true)::jsonb ->> 'sub')"),
    (r"current_setting\('app.user_id'\)", "(current_setting('request.jwt.claims')::jsonb ->> 'sub')"),
    (r"(?:public\.)?\bme\(\)", "(select auth.uid())"),
    (r"become: \{setting: app.user_id\}", "become: supabase"),
    (r"\bme: \{allow: \[anyone\], reason: a helper\}", ""),
)


Entry = tuple[list[str], list[str], float]
"""What a tool said of the bad twin alone, its errors on the good one, seconds for both."""


@dataclass(frozen=True)
class Case:
    """A defect: its schema with the hole and without."""

    path: Path

    @cached_property
    def given(self) -> dict[str, Any]:
        """What the file says."""
        return dict(yaml.safe_load(self.path.read_text(encoding="utf-8")))

    def sql(self, twin: str) -> str:
        """The schema."""
        text = self.given.get("base", "") + self.given[twin]
        return PRISTINE + (_translated(text) if self.path.parent.name == "behaviour" else text)

    @property
    def name(self) -> str:
        """`behaviour/blind-update`."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def policies(self) -> str | None:
        """The access that is wanted."""
        policies = self.given.get("policies")
        if policies is None:
            return None
        actors = ACTORS if "actors:" not in policies else "become: supabase\nowner: owner_id\n"
        return _translated(actors + policies)


@dataclass(slots=True)
class Score:
    """How a tool did."""

    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    seconds: float = 0

    def count(self, case: Case, entry: Entry) -> None:
        """Take one case into account."""
        said, errors, seconds = entry
        (self.found if said else self.missed).append(case.name)
        if errors:
            self.false.append(f"{case.name} ({', '.join(errors)})")
        self.seconds += seconds


def main() -> None:
    """Print the table; with arguments, also what each tool said."""
    wanted = sys.argv[1:]
    kept = Path(wanted.pop(wanted.index("--results") + 1)) if "--results" in wanted else None
    words = [word for word in wanted if word != "--results"]
    chosen = [case for case in cases() if not words or any(word in case.path.stem for word in words)]
    known: dict[str, Entry] = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.exists() else {}
    tools = [ours(), *others()]
    with servers.start("embedded", preset="supabase") as shared:
        for number, case in enumerate(chosen, 1):
            print(f"{number} of {len(chosen)}: {case.path.stem}", file=sys.stderr)
            for tool in tools:
                key = f"{tool.name} on {case.name}"
                if key not in known:
                    bad, good = (_look(shared, tool, case, twin) for twin in ("bad", "good"))
                    known[key] = (
                        sorted(bad.said.keys() - good.said.keys()),
                        sorted(good.errors),
                        bad.seconds + good.seconds,
                    )
                if kept:
                    kept.write_text(json.dumps(known, indent=1), encoding="utf-8")
                if words:
                    print(f"{key}: {known[key][0]}; errors on the twin: {known[key][1]}")
    scores = {tool.name: Score() for tool in tools}
    for name, score in scores.items():
        for case in chosen:
            score.count(case, known[f"{name} on {case.name}"])
    _print(scores, len(chosen))


def cases() -> Iterator[Case]:
    """Every case that is told on a database of Supabase's kind."""
    for path in sorted(CASES.glob("*/*.yaml")):
        yield Case(path)


def _look(shared: Server, tool: Tool, case: Case, twin: str) -> Answer:
    """A database, and a folder, for each tool: some leave things behind. Who changes roles gets a server."""
    roles = re.search(r"\b(?:create|alter) role\b|grant \w+ to \w+;", case.given[twin])
    with (
        servers.start("embedded", preset="supabase") if roles else nullcontext(shared) as server,
        server.database("accuracy") as database,
        TemporaryDirectory(prefix="rls-accuracy-") as name,
    ):
        folder = Path(name)
        with psycopg.connect(database.superuser_dsn, autocommit=True) as connection:
            connection.execute(case.sql(twin).encode())
        (folder / "schemactl.toml").write_text('preset = "supabase"\n', encoding="utf-8")
        (folder / "owner").write_text("owner_id", encoding="utf-8")
        if case.policies:
            (folder / "policies").mkdir()
            (folder / "policies" / "app.yaml").write_text(case.policies, encoding="utf-8")
        return tool.look(folder, database.superuser_dsn)


def _translated(text: str) -> str:
    for ours_, theirs in _ON_SUPABASE:
        text = re.sub(ours_, theirs, text)
    return text


def _print(scores: dict[str, Score], count: int) -> None:
    print(f"{count} bad schemas and {count} good twins\n")
    print("| tool | found | missed | false alarms | seconds |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, score in scores.items():
        print(f"| {name} | {len(score.found)} | {len(score.missed)} | {len(score.false)} | {score.seconds:.1f} |")
    for name, score in scores.items():
        print(f"\n{name} missed: {', '.join(score.missed) or 'nothing'}")
        print(f"{name} false alarms: {'; '.join(score.false) or 'none'}")


if __name__ == "__main__":
    main()
