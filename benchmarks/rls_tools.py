"""schemactl and other testers of row security on a database: what each of them says, and how long it takes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import peers

_VERIFY = (
    ("anon", "--probe"), ("cross-tenant", "--probe"), ("write", "--probe"), ("escalation",), ("reachability",)
)  # fmt: skip
_UNTESTED = ("UNRELIABLE", "UNTESTED", "not fully tested", "MOCKED")
_GRID = """
[connection]
url = "env:DATABASE_URL"
schema_search_path = {schemas}
[tenancy]
mode = "jwt"
tenant_column = "{owner}"
user_id_column = "{owner}"
auth_function = "auth.uid()"
jwt_shape = "json"
jwt_claims = {{ sub = "{{tenant_id}}", role = "authenticated" }}
[roles]
authenticated = "signed in"
anon = "not signed in"
[fuzz]
iterations = 300
seed = 42
[exclude]
schemas = ["pg_catalog", "information_schema", "auth", "realtime", "extensions"]
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said: all, with its words, those that it calls errors (its gate fails on them), and the seconds."""

    said: Mapping[str, str]
    errors: frozenset[str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Tool:
    """Somebody who looks at a database."""

    name: str
    look: Callable[[Path, str], Answer]


def ours() -> Tool:
    """`rls audit`, or `rls test --audit` where there are policies."""
    return Tool("schemactl", _ours)


def others() -> Iterator[Tool]:
    """The peers, installed beside each other."""
    python = peers.environment("row-security", tuple(_PEERS))
    for name, look in _PEERS.items():
        yield Tool(f"{name} {peers.python_version(python, name)}", _at(python.parent, look))


def _at(programs: Path, look: Callable[[Path, Path, str], Answer]) -> Callable[[Path, str], Answer]:
    return lambda folder, dsn: look(programs, folder, dsn)


def _ours(folder: Path, dsn: str) -> Answer:
    command = ("test", "--audit") if (folder / "policies").is_dir() else ("audit",)
    program = (sys.executable, "-m", "schemactl", "rls", *command, folder, "--database", dsn)
    found, taken = _json([*program, "--format", "json", "--quiet"], {"PYTHONPATH": str(peers.SOURCE)})
    if "findings" not in found:
        raise RuntimeError(f"{folder}: {found}")
    said = {f"{one['rule']} {one['object']}": one["message"] for one in found["findings"]}
    errors = {f"{one['rule']} {one['object']}" for one in found["findings"] if one["severity"] == "error"}
    return Answer(said, frozenset(errors), taken)


def _pgrls(programs: Path, folder: Path, dsn: str) -> Answer:
    """`lint`, and `verify` of each kind, proofs tried on the server where it can."""
    where = ("--database-url", dsn, "--format", "json", "--schemas", ",".join(_schemas(dsn)))
    found, taken = _json([programs / "pgrls", "lint", *where], cwd=folder)
    violations = found.get("violations", [])
    said = {f"{one['rule_id']} {one['location']}": one["message"] for one in violations}
    errors = {f"{one['rule_id']} {one['location']}" for one in violations if one["severity"] == "error"}
    for mode, *probe in _VERIFY:
        found, seconds = _json([programs / "pgrls", "verify", "--mode", mode, *probe, *where], cwd=folder)
        taken += seconds
        leaks = {f"verify {mode} {one['table']}": json.dumps(one) for one in found.get("tables", ()) if _leaks(one)}
        said, errors = said | leaks, errors | set(leaks)
    return Answer(said, frozenset(errors), taken)


def _leaks(table: Mapping[str, Any]) -> bool:
    words = (table.get("verdict"), table.get("static_verdict"), table.get("agreement"))
    return any(word and ("leak" in word or word == "mismatch") for word in words)


def _rlsautotest(programs: Path, folder: Path, dsn: str) -> Answer:
    """Its suite, generated and run; cells that it could not test are no finding, though its gate fails on them."""
    report = folder / "report.json"
    options = ("--report", "--report-json", report, "--fail-on-bypass", "--db-url", dsn)
    said: set[str] = set()
    gate: set[str] = set()
    taken = 0.0
    for schema in _schemas(dsn):
        report.unlink(missing_ok=True)
        started = time.perf_counter()
        done = _run([programs / "rlsautotest", "--schema", schema, *options], cwd=folder)
        taken += time.perf_counter() - started
        told = _told(json.loads(report.read_text(encoding="utf-8")) if report.exists() else {})
        said |= told
        if done.returncode and report.exists():
            why = {text for text in told if text.startswith("bypass ") or "leak_cells " in text}
            gate |= why or {done.stdout.strip().rpartition("\n")[2]}
    return Answer(dict.fromkeys(said, ""), frozenset(gate), taken)


def _told(found: Mapping[str, Any]) -> set[str]:
    said = {f"bypass {one['type']} {one['object']}" for one in found.get("bypass_surfaces", ())}
    for table in found.get("tables", ()):
        name = table["table"]
        told = [text for text in table.get("footguns", ()) if not any(word in text for word in _UNTESTED)]
        for key in ("transition_leaks", "leak_cells", "multi_findings"):
            told += [f"{key} {one}" for one in table.get(key, ())]
        told += ["exposed"] if table.get("exposed") else []
        columns = table.get("column_security", {}).get("cells", {})
        told += [f"columns {role} {c}" for role, of in columns.items() for c, cell in of.items() if cell.get("leaks")]
        said |= {f"{name}: {text}" for text in told}
    return said


def _rlsgrid(programs: Path, folder: Path, dsn: str) -> Answer:
    """`check` with the owner column as its tenant, and what `plan` calls unrestricted for clients."""
    owner = (folder / "owner").read_text(encoding="utf-8") if (folder / "owner").exists() else "user_id"
    (folder / "rlsgrid.toml").write_text(_GRID.format(owner=owner, schemas=json.dumps(_schemas(dsn))), encoding="utf-8")
    environment = {"DATABASE_URL": dsn}
    checked, taken = _json([programs / "rlsgrid", "check", "--json"], environment, cwd=folder)
    planned, seconds = _json(
        [programs / "rlsgrid", "plan", "--show", "unrestricted", "--json"], environment, cwd=folder
    )
    cells = planned.get("cells", ())
    breaches = {json.dumps(one, sort_keys=True)[:200] for one in checked.get("breaches", ())}
    said = {f"unrestricted {one['role']} {one['table']} {one['operation']}" for one in cells} | breaches
    return Answer(dict.fromkeys(said, ""), frozenset(breaches), taken + seconds)


def _schemas(dsn: str) -> list[str]:
    """The project's own schemas that hold tables, and `storage` where it has written policies."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("select distinct schemaname from pg_tables").fetchall()
        filed = connection.execute(
            "select distinct schemaname from pg_policies where schemaname = 'storage'"
        ).fetchall()
    platform = {"pg_catalog", "information_schema", "auth", "storage", "realtime", "extensions", "supabase_migrations"}
    return sorted({name for (name,) in rows}.difference(platform).union(name for (name,) in filed)) or ["public"]


def _json(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> tuple[dict[str, Any], float]:
    started = time.perf_counter()
    done = _run(command, environment, cwd)
    taken = time.perf_counter() - started
    try:
        return dict(json.loads(done.stdout)), taken
    except ValueError:
        return {"failed": done.stderr[-500:]}, taken


def _run(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    everything = {**os.environ, "NO_COLOR": "1", **(environment or {})}
    everything.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    return subprocess.run(
        list(map(str, command)), check=False, capture_output=True, text=True, env=everything, cwd=cwd, timeout=120
    )


_PEERS = {"pgrls": _pgrls, "rlsautotest": _rlsautotest, "rlsgrid": _rlsgrid}
