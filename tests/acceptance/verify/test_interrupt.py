"""Ctrl-C while the checks are under way: what was found so far is reported."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.program import SOURCE

# The signal comes when the check is at a certain file, which waits until it has arrived.
PROGRAM = """
import os, signal, sys, threading
from schemactl.cli.start import main
from schemactl.core.events import Advanced
from schemactl.verify import pipeline

arrived = threading.Event()
real = pipeline.verify

def interrupt(number, frame):
    arrived.set()
    raise KeyboardInterrupt

def verify(config, *, listener, **rest):
    def listen(event):
        listener(event)
        if isinstance(event, Advanced) and (event.task, event.done) == ("again", 5):
            os.kill(os.getpid(), signal.SIGINT)
            assert arrived.wait(20)
    return real(config, listener=listen, **rest)

signal.signal(signal.SIGINT, interrupt)
pipeline.verify = verify
main()
"""


def interrupted(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "schemactl.toml").write_text("")
    (folder / "migrations").mkdir()
    for number in range(1, 31):
        (folder / "migrations" / f"{number:03}_t.sql").write_text(f"create table t{number} (id integer primary key);")
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "verify", str(folder), *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(SOURCE), "HOME": str(folder)},
    )


def test_what_was_found_is_in_the_report(tmp_path: Path):
    done = interrupted(tmp_path, "--format", "json")
    assert done.returncode == 130, done.stderr
    said = json.loads(done.stdout)
    assert not said["ok"]
    assert said["verify"]["interrupted"]
    again = [Path(one["file"]).name for one in said["findings"] if one["rule"] == "again"]
    assert again[:5] == [f"00{number}_t.sql" for number in range(1, 6)]
    assert len(again) < 30
    states = [one["checks"]["again"] for one in said["verify"]["migrations"]]
    assert (states[0], states[-1]) == ("failed", "not checked")
    assert "interrupted" in {one["reason"] for one in said["skipped"]}
    assert "shape" not in {one["rule"] for one in said["findings"]}


def test_the_console_says_that_it_was_interrupted(tmp_path: Path):
    done = interrupted(tmp_path)
    assert done.returncode == 130, done.stderr
    assert "note: interrupted" in done.stderr
    assert "interrupted before everything was checked" in " ".join(done.stdout.split())
    assert "Traceback" not in done.stderr
