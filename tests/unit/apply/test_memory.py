import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.program import SOURCE

ROOT = Path(__file__).parents[3]

# VmHWM is the peak of this process alone; ru_maxrss begins at the parent's.
SCRIPT = r"""
from schemactl.apply import tasks
from schemactl.migrations.plan import plan
from tests.support.migrations import folder, migration

COLUMNS = "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, CHECK (name IN ('a', 'b'))"
many = [
    migration(f"{n:05}_t", "".join(f"CREATE TABLE t{n}_{k} ({COLUMNS});\n" for k in range(4))) for n in range(10_000)
]
assert len(tasks.prepare(plan(folder(*many), ()).steps, 18)) == 10_000
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
def test_ten_thousand_migrations_are_prepared_in_150_mb():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{SOURCE}:{ROOT}"},
    )
    assert int(done.stdout) / 1024 < 150
