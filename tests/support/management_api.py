"""Supabase's Management API, as far as schemactl speaks it, on a throwaway Postgres, with faults at chosen requests.

A query runs as on the platform: the whole text as one message in a session of its own, and the answer holds the rows of
the last result that has any, 201, or the error in the form of postgres-meta.
"""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg

from schemactl.sql.parse import parse

REF = "abcdefghijklmnopqrst"
TARGET = f"supabase://{REF}"
TOKEN = "sbp_" + "0f1e" * 10
"""Written in halves: the tree holds no token, not even one of nobody."""


class Fault(Enum):
    """What goes wrong with a request."""

    NONE = auto()
    SLOW = auto()
    """The answer takes its time."""
    LIMITED = auto()
    """429, not carried out."""
    UNAVAILABLE = auto()
    """503 with Retry-After, not carried out."""
    DROPPED_BEFORE = auto()
    """The connection breaks, not carried out."""
    GATEWAY = auto()
    """502 with a page of a gateway, carried out."""
    DROPPED_AFTER = auto()
    """The connection breaks, carried out."""
    HALF = auto()
    """The connection breaks in the middle of the answer, carried out."""
    NOT_JSON = auto()
    """200 with a page, carried out."""
    LATE = auto()
    """The connection breaks, and it is carried out while the next request is, or after it."""
    ABANDONED = auto()
    """504 of a gateway while it is still being carried out."""
    TERMINATED = auto()
    """The server's session is ended by an administrator: 57P01, carried out."""


Answer = tuple[int, dict[str, str], bytes]
Respond = Callable[[str, str], Answer | None]
"""An answer of the test's own, by method and path; None for the usual one."""
Plan = Callable[[int, str], Fault]
"""The fault of a request: by its number, from 0, and its text."""


def none(_number: int, _text: str) -> Fault:
    """Nothing goes wrong."""
    return Fault.NONE


@dataclass
class Platform:
    """The API's side of a project: what it was asked, and what it does. Change `plan` to make things go wrong."""

    dsn: str
    plan: Plan = none
    token: str = TOKEN
    status: str = "ACTIVE_HEALTHY"
    answer: Respond = lambda _method, _path: None
    queries: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    abandoned: list[threading.Thread] = field(default_factory=list)
    statement_by_statement: bool = False
    """Each statement is a transaction of its own, as it should not be."""
    address: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _late: list[threading.Thread] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What the program needs to find this platform, and to be let in."""
        return {"SCHEMACTL_SUPABASE_API": self.address, "SUPABASE_ACCESS_TOKEN": self.token}

    def next_fault(self, text: str) -> Fault:
        """The fault of this request."""
        with self._lock:
            fault = self.plan(len(self.queries), text)
            self.queries.append(text)
            self.faults.append(fault)
            late, self._late = self._late, []
        for thread in late:
            thread.start()
        return fault

    def later(self, text: str) -> None:
        """Carry it out when the next request has come."""
        with self._lock:
            self._late.append(threading.Thread(target=self.run, args=(text,)))

    def abandon(self, text: str) -> None:
        """Carry it out, and wait for nothing."""
        thread = threading.Thread(target=self.run, args=(text,))
        thread.start()
        self.abandoned.append(thread)

    def finish(self) -> None:
        """Carry out what is still to come."""
        for thread in self._late:
            thread.start()
        for thread in (*self._late, *self.abandoned):
            thread.join()
        self._late, self.abandoned = [], []

    def run(self, text: str) -> Answer:
        """Run the text in a session of its own."""
        with psycopg.connect(self.dsn, autocommit=True, application_name="platform") as connection:
            try:
                for statement in parse(text).statements[:-1] if self.statement_by_statement else ():
                    connection.execute(statement.text.encode())
                last = parse(text).statements[-1].text if self.statement_by_statement else text
                cursor = connection.execute(last.encode())
                rows: list[dict[str, Any]] = []
                more: bool | None = True
                while more:
                    if cursor.description and (found := cursor.fetchall()):
                        names = [column.name for column in cursor.description]
                        rows = [dict(zip(names, row, strict=True)) for row in found]
                    more = cursor.nextset()
            except psycopg.Error as error:
                return failure(f"Failed to run sql query: {formatted(error, text)}", 400)
        return 201, {}, json.dumps(rows, default=str).encode()


def formatted(error: psycopg.Error, text: str) -> str:
    """The error as postgres-meta writes it."""
    said = error.diag
    lines = [f"{said.severity_nonlocalized}:  {said.sqlstate}: {said.message_primary}"]
    if said.statement_position:
        position = int(said.statement_position) - 1
        number = text.count("\n", 0, position) + 1
        head = f"LINE {number}: "
        begin = text.rfind("\n", 0, position) + 1
        lines += [head + text.splitlines()[number - 1], " " * (len(head) + position - begin) + "^"]
    lines += [f"DETAIL:  {said.message_detail}"] if said.message_detail else []
    lines += [f"HINT:  {said.message_hint}"] if said.message_hint else []
    lines += [f"CONTEXT:  {said.context}"] if said.context else []
    return "\n".join(lines) + "\n"


def failure(message: str, status: int, **headers: str) -> Answer:
    """An answer that says what went wrong."""
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, _json({"message": message})


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


PAGE = b"<html><body><h1>502 Bad Gateway</h1><center>nginx</center></body></html>"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    platform: Platform

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        platform = self.platform
        platform.headers.append(dict(self.headers))
        special = platform.answer(method, self.path)
        if special:
            self._answer(*special)
        elif self.headers.get("Authorization") != f"Bearer {platform.token}":
            self._answer(*failure("Unauthorized", 401))
        elif self.path == "/v1/projects":
            self._answer(200, {}, _json([{"id": REF, "status": platform.status}]))
        elif f"/v1/projects/{REF}" not in self.path:
            self._answer(*failure("Project not found", 404))
        elif self.path.endswith("/database/query"):
            self._query(json.loads(body)["query"])
        else:
            self._answer(200, {}, _json({"id": REF, "status": platform.status}))

    def _query(self, text: str) -> None:
        platform = self.platform
        match platform.next_fault(text):
            case Fault.LIMITED:
                self._answer(*failure("Too many requests", 429, Retry_After="0"))
            case Fault.UNAVAILABLE:
                self._answer(*failure("Service unavailable", 503, Retry_After="0"))
            case Fault.DROPPED_BEFORE:
                self._drop()
            case Fault.LATE:
                platform.later(text)
                self._drop()
            case Fault.ABANDONED:
                platform.abandon(text)
                self._answer(504, {"Content-Type": "text/html"}, PAGE)
            case Fault.GATEWAY:
                platform.run(text)
                self._answer(502, {"Content-Type": "text/html"}, PAGE)
            case Fault.NOT_JSON:
                platform.run(text)
                self._answer(200, {"Content-Type": "text/html"}, PAGE)
            case Fault.DROPPED_AFTER:
                platform.run(text)
                self._drop()
            case Fault.TERMINATED:
                platform.run(text)
                ended = "FATAL:  57P01: terminating connection due to administrator command\n"
                self._answer(*failure(f"Failed to run sql query: {ended}", 400))
            case Fault.HALF:
                status, headers, content = platform.run(text)
                self._head(status, headers, len(content))
                self.wfile.write(content[: len(content) // 2])
                self._drop()
            case Fault.SLOW:
                threading.Event().wait(0.01)
                self._answer(*platform.run(text))
            case Fault.NONE:
                self._answer(*platform.run(text))

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        with suppress(OSError):
            self._head(status, headers, len(content))
            self.wfile.write(content)

    def _head(self, status: int, headers: dict[str, str], length: int) -> None:
        given = {"Content-Type": "application/json", "X-RateLimit-Limit": "120", "X-RateLimit-Reset": "58", **headers}
        self.send_response(status)
        for name, value in given.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(2)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        """Nothing: a test's output is the program's."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is none."""


@contextmanager
def serving(platform: Platform, certificate: Path | None = None) -> Iterator[Platform]:
    """The API on loopback, over TLS where a certificate with its key is given."""
    handler = type("Handler", (_Handler,), {"platform": platform})
    server = _Server(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    platform.address = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        platform.finish()
