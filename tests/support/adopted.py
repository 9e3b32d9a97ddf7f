"""Taking over from another tool as a user does, and what must be true afterwards."""

from pathlib import Path

from tests.support.program import Outcome, run


def adopt(root: Path, *arguments: str | Path, code: int = 0) -> Outcome:
    """`schemactl adopt` in the project `root`, as JSON; it must end with `code`."""
    done = run("adopt", *arguments, "--format", "json", cwd=root)
    assert done.code == code, done.out + done.err
    return done


def require_agreement(root: Path, dsn: str, folder: str = "migrations", preset: str = "supabase") -> None:
    """Status, plan, apply and drift find nothing to do."""
    (root / "schemactl.toml").write_text(f'migrations = "{folder}"\npreset = "{preset}"\n', encoding="utf-8")
    on = ("--database", dsn, "--format", "json")
    status = run("status", *on, cwd=root)
    assert status.json["status"]["pending"] == [], status.out
    assert not status.json["findings"], status.out
    assert run("plan", *on, cwd=root).code == 0
    assert run("apply", *on, cwd=root).json["apply"]["applied"] == []
    drift = run("drift", *on, cwd=root)
    assert drift.code == 0, drift.out


def names(folder: Path) -> list[str]:
    """The files of a folder."""
    return sorted(path.name for path in folder.iterdir())
