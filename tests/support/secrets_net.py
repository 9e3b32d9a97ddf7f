"""The net under the suite: no password or token that a test uses may be printed, logged or stored anywhere.

A pytest plugin. Every throwaway server gets a password that only this session knows, also where none is asked for, so
that every address that tests pass on holds a secret; what else addresses, `PGPASSWORD` and tokens hold in the arguments
and the environment of programs is watched as well, and `watch` adds what nobody could guess. Kept for the search are:
what our program printed and the reports it wrote, what tests printed and logged, the arguments of programs that ours
started, the logs of servers, the history tables of databases when they are dropped, and at the end what caches hold.
All workers write into one directory; the search is made once, when the last one is done, and a find fails the session.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, unquote

import psycopg
import pytest
from psycopg import sql

from schemactl.servers.cache import cache_directory
from schemactl.servers.keeper import Keeper
from schemactl.servers.run_directory import RunDirectory
from schemactl.servers.server import Database, Running, Server

VARIABLE = "SCHEMACTL_TEST_NET"
MARKER_VARIABLE = "SCHEMACTL_TEST_NET_MARKER"
SHORTEST = 6
"""Characters of a secret that is worth a search; shorter ones are parts of words."""

PLAIN = frozenset({"password", "postgres", "secret"})
CHILDREN = Path(__file__).with_name("secrets_net_child")
"""What is put on the path of our program, to hear of the programs that it starts."""

_IN_ADDRESS = re.compile(r"[a-z]+://[^:/@\s]*:([^@/\s]+)@")
_IN_PARAMETERS = re.compile(r"\bpassword=(?:'((?:[^'\\]|\\.)*)'|([^\s&']+))")
_SECRET_NAMES = ("PGPASSWORD", "SUPABASE_ACCESS_TOKEN", "SUPABASE_DB_PASSWORD")
_HISTORIES = "select schemaname, tablename from pg_tables where schemaname in ('schemactl', 'supabase_migrations')"


class Net:
    """The directory of one session, as one process writes into it."""

    def __init__(self, directory: Path, marker: str, *, worker: bool) -> None:
        self.directory = directory
        self.marker = marker
        self.worker = worker
        self.test = ""

    def watch(self, secret: str | None) -> None:
        """Search for this from now on, in everything that was and will be kept."""
        if secret and len(secret) >= SHORTEST and secret not in PLAIN:
            self._write("secrets", {"secret": secret})

    def keep(self, what: str, text: str | bytes | None) -> None:
        """Keep what was printed, logged or stored. `what` says which."""
        if text:
            told = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
            self._write("texts", {"test": self.test, "what": what, "text": told})

    def watch_addresses(self, texts: Iterable[str]) -> None:
        """Search for the passwords in connection strings."""
        for text in texts:
            for found in _IN_ADDRESS.finditer(text):
                self.watch(unquote(found[1]))
            for found in _IN_PARAMETERS.finditer(text):
                self.watch(unquote(found[1] or found[2] or ""))

    def secrets(self) -> frozenset[str]:
        """Everything that is searched for."""
        return frozenset(line["secret"] for line in self._lines("secrets")) | {self.marker}

    def search(self, files: Iterable[Path] = ()) -> tuple[list[str], int]:
        """Where a secret was found, by what and by the test, and the number of bytes searched, `files` included."""
        wanted = [form.encode() for secret in self.secrets() for form in (secret, quote(secret, safe=""))]
        found: dict[str, None] = {}
        size = 0
        for what, content in chain(self._kept(), _contents(files)):
            size += len(content)
            for secret in wanted:
                if secret in content:
                    found[f"{what}: {_around(content, secret)}"] = None
        return list(found), size

    def _kept(self) -> Iterator[tuple[str, bytes]]:
        for line in self._lines("texts"):
            yield f"{line['what']} of {line['test'] or 'the session'}", line["text"].encode("utf-8", "replace")

    def _write(self, kind: str, line: dict[str, str]) -> None:
        with (self.directory / f"{os.getpid()}.{kind}").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _lines(self, kind: str) -> Iterator[dict[str, str]]:
        for path in sorted(self.directory.glob(f"*.{kind}")):
            with path.open(encoding="utf-8") as file:
                yield from map(json.loads, file)


def _contents(files: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for path in files:
        with contextlib.suppress(OSError):  # other runs use the cache too
            yield f"cached file {path.name}", path.read_bytes()


def _around(content: bytes, secret: bytes) -> str:
    """The place of a find for people, without the secret itself."""
    start = content.index(secret)
    near = content[max(0, start - 60) : start + len(secret) + 60]
    return repr(near.replace(secret, b"<SECRET>").decode("utf-8", "replace"))


def watch(secret: str) -> str:
    """The secret, which from now on may stand nowhere."""
    if _NET:
        _NET[0].watch(secret)
    return secret


_NET: list[Net] = []
_BEGAN = time.time()


def pytest_configure(config: pytest.Config) -> None:
    """Begin: the first process makes the directory, its workers find it in their environment."""
    worker = hasattr(config, "workerinput")
    if not worker:
        os.environ[VARIABLE] = tempfile.mkdtemp(prefix="schemactl-net-")
        os.environ[MARKER_VARIABLE] = f"net-{secrets.token_hex(12)}"
    _NET.append(Net(Path(os.environ[VARIABLE]), os.environ[MARKER_VARIABLE], worker=worker))
    config.add_cleanup(_listen(_NET[0]))


def pytest_runtest_logstart(nodeid: str) -> None:
    """Know which test it is."""
    if _NET:
        _NET[0].test = nodeid


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep what the test itself printed and logged."""
    if _NET and not _NET[0].worker:
        _NET[0].test = report.nodeid
        for title, text in report.sections:
            _NET[0].keep(title, text)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Search, where all workers are done."""
    if not _NET or _NET[0].worker:
        return
    mine = _NET[0]
    mine.test = ""
    found, size = mine.search(_cached())
    watched = len(mine.secrets())
    session.config.stash[_RESULT] = (found, f"{watched} secrets looked for in {size:,} bytes")
    shutil.rmtree(mine.directory, ignore_errors=True)
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


_RESULT = pytest.StashKey[tuple[list[str], str]]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what was searched, and what was found."""
    found, told = config.stash.get(_RESULT, ([], ""))
    if found:
        terminalreporter.section("secrets that got out", red=True, bold=True)
        for line in found[:50]:
            terminalreporter.line(line)
    terminalreporter.line(f"secrets: {told}; {len(found) or 'none'} found")


def _cached() -> Iterator[Path]:
    """The files that our caches got in this session. A cluster's own password is in `facts.json`, and belongs there."""
    for path in cache_directory().rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file() and path.name != "facts.json" and path.stat().st_mtime >= _BEGAN:
                yield path


def _listen(mine: Net) -> Any:
    """Listen in on programs and servers; the answer ends it."""
    begin, talk = subprocess.Popen.__init__, subprocess.Popen.communicate
    start, drop, await_ready, remove = Server.__init__, Server.drop, Keeper.await_ready, RunDirectory.remove
    logs: dict[Path, BinaryIO] = {}

    def popen(self: Any, args: Any, *rest: Any, **options: Any) -> None:
        words = [os.fsdecode(word) for word in args] if isinstance(args, (list, tuple)) else [str(args)]
        given = options.get("env") or os.environ
        mine.watch_addresses([*words, *(given.get(name, "") for name in ("DATABASE_URL", "SCHEMACTL_POSTGRES"))])
        for name in _SECRET_NAMES:
            mine.watch(given.get(name))
        if _ours(words) and options.get("env"):
            path = os.pathsep.join(filter(None, (given.get("PYTHONPATH"), str(CHILDREN))))
            told = {VARIABLE: str(mine.directory), "SCHEMACTL_TEST_NET_TEST": mine.test, "PYTHONPATH": path}
            options["env"] = {**given, **told}
        begin(self, args, *rest, **options)

    def communicate(self: Any, *rest: Any, **options: Any) -> Any:
        answer = talk(self, *rest, **options)
        words = [os.fsdecode(word) for word in self.args] if isinstance(self.args, (list, tuple)) else [str(self.args)]
        if _ours(words):
            for name, text in zip(("output", "error output"), answer, strict=True):
                mine.keep(name, text)
            for path in _reports(words):
                mine.keep(f"report {path.name}", path.read_bytes())
        return answer

    def server(self: Server, running: Running) -> None:
        parameters = running.address.parameters
        if str(parameters.get("host", "")).startswith("/") and "password" not in parameters:
            address = replace(running.address, parameters={**parameters, "password": mine.marker})
            running = replace(running, address=address)
        mine.watch(running.address.parameters.get("password"))
        start(self, running)

    def dropped(self: Server, database: Database) -> None:
        with contextlib.suppress(psycopg.Error):
            mine.keep("history", _history(database))
        drop(self, database)

    def ready(self: Keeper) -> None:
        await_ready(self)
        log = self._directory.log
        if log not in logs:
            logs[log] = log.open("rb")

    def removed(self: RunDirectory) -> None:
        # Its keeper has removed the file by now; what is open can be read all the same.
        if log := logs.pop(self.log, None):
            with log:
                mine.keep("server log", log.read())
        remove(self)

    def stop() -> None:
        subprocess.Popen.__init__, subprocess.Popen.communicate = begin, talk  # type: ignore[method-assign]
        Server.__init__, Server.drop = start, drop  # type: ignore[method-assign]
        Keeper.await_ready, RunDirectory.remove = await_ready, remove  # type: ignore[method-assign]
        _NET.clear()

    subprocess.Popen.__init__, subprocess.Popen.communicate = popen, communicate  # type: ignore[method-assign]
    Server.__init__, Server.drop = server, dropped  # type: ignore[method-assign]
    Keeper.await_ready, RunDirectory.remove = ready, removed  # type: ignore[method-assign]
    return stop


def _ours(words: Sequence[str]) -> bool:
    return "schemactl" in words or any(word.endswith("/schemactl") for word in words[:2])


def _reports(words: Sequence[str]) -> Iterator[Path]:
    for option, value in pairwise(words):
        if option in ("-o", "--output") and Path(value).is_file():
            yield Path(value)


def _history(database: Database) -> str:
    """Every row of the history tables, as text. Raises psycopg.Error for a database that is gone already."""
    rows = []
    with psycopg.connect(database.superuser_dsn, autocommit=True, connect_timeout=5) as connection:
        for table in connection.execute(_HISTORIES).fetchall():
            query = sql.SQL("select to_jsonb(kept)::text from {} as kept").format(sql.Identifier(*table))
            rows += [str(text) for (text,) in connection.execute(query)]
    return "\n".join(rows)
