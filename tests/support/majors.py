"""Which major versions of PostgreSQL there are to test with, and tests that run on each of them.

A test that takes a server of every kind runs on `embedded` and `local`; one marked `every_major` also on each other
version that schemactl supports. SCHEMACTL_TEST_POSTGRES names directories of server programs, as PATH does; without it
those that packages installed are taken.
"""

import contextlib
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from schemactl.core.errors import ServerError
from schemactl.core.versions import NEWEST, OLDEST
from schemactl.servers.account import choose
from schemactl.servers.binaries import Binaries, embedded, installed, local

VARIABLE = "SCHEMACTL_TEST_POSTGRES"
KINDS = ("embedded", "local")
"""The kinds of server that need nothing but programs."""


@cache
def specs() -> Mapping[int, str]:
    """By major version what `--postgres` says for a server of it."""
    named = os.environ.get(VARIABLE)
    places = installed() if named is None else [Path(part) for part in named.split(os.pathsep) if part]
    account = choose()
    found = {embedded(account).major(): "embedded"}
    with contextlib.suppress(ServerError):  # the tests that need it say so
        found.setdefault(local(None, account).major(), "local")
    for place in places:
        found.setdefault(Binaries("local", place).major(), f"local:{place}")
    return {major: spec for major, spec in sorted(found.items()) if OLDEST <= major <= NEWEST}


def skip_before(connection: psycopg.Connection[Any], major: int) -> None:
    """Skip what only servers from version `major` on can run."""
    if connection.info.server_version // 10000 < major:
        pytest.skip(f"needs PostgreSQL {major}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `kind` and `every_spec` their values."""
    for fixture, usual in (("kind", KINDS), ("every_spec", (*KINDS, "container"))):
        if fixture not in metafunc.fixturenames or _has_values(metafunc, fixture):
            continue
        chosen = {spec: spec for spec in usual}
        if metafunc.definition.get_closest_marker("every_major"):
            chosen |= {f"v{major}": spec for major, spec in specs().items() if spec not in usual}
        metafunc.parametrize(fixture, chosen.values(), ids=chosen.keys(), indirect=True, scope="session")


def _has_values(metafunc: pytest.Metafunc, name: str) -> bool:
    """Whether the test itself says what an argument of that name is."""
    marks = metafunc.definition.iter_markers("parametrize")
    return any(name in re.findall(r"\w+", str(mark.args[0])) for mark in marks)
