"""Every claim of the catalogue of locks, as verify observes it while the statement holds its locks."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemactl.migrations.files import load
from schemactl.servers import Server
from schemactl.verify.chain import Chain
from schemactl.verify.lane import Lane, lane
from schemactl.verify.observation import observe
from schemactl.verify.roles import Roles

pytestmark = pytest.mark.every_major
SETUP = Path("tests/integration/sql/locks.sql")
CASES = tomllib.loads(Path("tests/cases/sql/locks.toml").read_text(encoding="utf-8"))["case"]
# COPY needs a client that takes the rows; what outside transactions waits for nobody is over before it can be seen.
SEEN = [
    case
    for case in CASES
    if not case["sql"].startswith("COPY") and (not case.get("outside") or "CONCURRENTLY" in case["sql"])
]
KINDS = "select c.oid::regclass::text, c.relkind::text from pg_class as c where c.oid >= 16384"


@pytest.fixture(scope="module")
def there(plain_server: Server) -> Iterator[Lane]:
    with lane(plain_server, Roles(plain_server, Chain(()))) as walker:
        walker.connection.execute(SETUP.read_bytes())
        yield walker


def test_hardly_a_claim_goes_unobserved():
    assert len(SEEN) >= 110


@pytest.mark.parametrize("case", SEEN, ids=lambda case: case["sql"][:70])
def test_verify_observes_the_lock_that_is_claimed(there: Lane, case: dict[str, Any], tmp_path: Path):
    if not case.get("since", 0) <= there.server.major <= case.get("until", 99):
        pytest.skip("a statement of other versions")
    (tmp_path / "1_case.sql").write_text(case["sql"])
    (step,) = Chain.of(load(tmp_path))
    kinds: dict[str, str] = dict(there.connection.execute(KINDS).fetchall())
    claimed = {
        name.removeprefix("public."): mode
        for name, mode in case["locks"].items()
        if kinds.get(name.removeprefix("public.")) in {"r", "p", "m"}
    }
    if not case.get("outside"):
        claimed |= dict.fromkeys({"t"} if case.get("index_table") else (), *case.get("index_table", {}).values())
    seen = {str(one.table).removeprefix("public."): one.mode.words for one in observe(there, step, (), probe=False)}
    assert {name: seen.get(name) for name in claimed} == claimed
