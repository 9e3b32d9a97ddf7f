"""Every lock that a rule's page claims is the lock that verify's `locks` check sees on servers of both versions."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.lint.cases import examples, page

from schemactl.core.config import Config
from schemactl.core.events import ignore
from schemactl.lint.index import INDEX
from schemactl.migrations.files import load
from schemactl.servers import Server
from schemactl.sql.lock_modes import LockMode
from schemactl.verify.chain import Chain
from schemactl.verify.checks import FIRST
from schemactl.verify.checks.locks import NAME
from schemactl.verify.pipeline import outcomes_on
from schemactl.verify.walk import Walk

CLAIMS: list[dict[str, Any]] = yaml.safe_load(Path("tests/cases/lock_claims.yaml").read_text(encoding="utf-8"))
RULES = {entry.name: entry for entry in INDEX}
MODE = re.compile("|".join(sorted((mode.words for mode in LockMode), key=len, reverse=True)))
AGAIN = (
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS billing CASCADE; CREATE SCHEMA billing;\n"
)
# What the check cannot look at, and why.
UNSEEN = {
    ("adding-required-field", "ACCESS EXCLUSIVE"): "it fails as soon as the table holds a row, as its page says",
    (
        "require-concurrent-partition-detach",
        "SHARE UPDATE EXCLUSIVE",
    ): "it is gone when the statement waits",
    ("require-concurrent-reindex", "ACCESS EXCLUSIVE"): "it is on the index, and the check looks at tables",
}


def claimed(rule: str) -> set[str]:
    """The modes that a page names."""
    found = re.search(r"^Lock taken: (.*?)\n\n", page(RULES[rule]) + "\n\n", re.MULTILINE | re.DOTALL)
    assert found is not None
    return set(MODE.findall(" ".join(found[1].split())))


@pytest.fixture(scope="module")
def seen(plain_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, LockMode]]:
    """The strongest mode on each table, by the file of the claim; all claims in one walk."""
    folder = tmp_path_factory.mktemp("claims")
    for number, claim in enumerate(CLAIMS):
        sql = claim.get("sql") or examples(RULES[claim["rule"]])["Bad"]
        (folder / f"{2 * number + 1:04}_setup.sql").write_text(AGAIN + claim["setup"] + ";\n", encoding="utf-8")
        (folder / f"{2 * number + 2:04}_claim.sql").write_text(sql + "\n", encoding="utf-8")
    walk = Walk(Chain.of(load(folder)), plain_server, None, ignore)
    outcomes = outcomes_on(walk, (FIRST, NAME), Config(root=folder))
    assert outcomes[FIRST].findings == ()
    strongest: dict[str, dict[str, LockMode]] = {}
    for cost in outcomes[NAME].costs:
        table = str(cost.seen.table).removeprefix("public.")
        modes = strongest.setdefault(Path(cost.file).name, {})
        modes[table] = max(cost.seen.mode, modes.get(table, cost.seen.mode))
    return strongest


@pytest.mark.parametrize("number", range(len(CLAIMS)), ids=lambda number: f"{CLAIMS[number]['rule']}-{number}")
def test_a_claim_is_what_was_seen(number: int, seen: Mapping[str, Mapping[str, LockMode]]):
    found = {table: mode.words for table, mode in seen.get(f"{2 * number + 2:04}_claim.sql", {}).items()}
    wanted: dict[str, str] = CLAIMS[number]["locks"]
    assert {table: found.get(table) for table in wanted} == wanted
    assert set(wanted.values()) <= claimed(CLAIMS[number]["rule"])


@pytest.mark.parametrize("rule", [name for name in RULES if claimed(name)])
def test_every_mode_that_a_page_names_is_looked_for(rule: str):
    looked_for = {mode for claim in CLAIMS if claim["rule"] == rule for mode in claim["locks"].values()}
    assert claimed(rule) - looked_for == {mode for name, mode in UNSEEN if name == rule}
