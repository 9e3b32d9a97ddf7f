import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks import corpus
from benchmarks.measure import Contender, Subject, compare, megabytes, seconds
from benchmarks.proxy import delayed
from benchmarks.run import table
from pglast import parse_sql


def contender(name: str, log: list[str], value: float) -> Contender:
    def attempt() -> float:
        log.append(name)
        return value

    return Contender(name, "1.0", attempt)


def test_contenders_take_turns_and_each_round_starts_with_another():
    log: list[str] = []
    subject = Subject("work", "s", [contender(name, log, 1) for name in "abc"], rounds=2)
    compare(subject, lambda _line: None)
    assert "".join(log) == "abcbca"


def test_the_table_compares_with_the_first():
    outcomes = compare(subject := Subject("work", "s", [contender("a", [], 2), contender("b", [], 5)]), lambda _: None)
    assert "| b | 1.0 | 5.000 | 5.000 | 2.50 × |" in table(subject, outcomes)


def test_a_contender_that_fails_is_no_result():
    with pytest.raises(RuntimeError, match="no such"):
        seconds(["sh", "-c", "echo no such >&2; exit 3"])


def test_memory_is_the_childs_own():
    hoard = "held = b'x' * 200_000_000"
    assert 0 < megabytes(["true"]) < 40
    assert 190 < megabytes([sys.executable, "-c", hoard]) < 300


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that sends back what it gets."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(1 << 16):
                    connection.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_the_proxy_passes_everything_on_in_order_and_closes(echo: int):
    message = bytes(range(256)) * 2000
    with delayed("127.0.0.1", echo, 0.002) as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(message)
        received = b""
        while len(received) < len(message):
            received += client.recv(1 << 16)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    assert received == message


def test_the_proxy_hangs_up_when_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    with delayed("127.0.0.1", free, 0.002) as port, socket.create_connection(("127.0.0.1", port)) as client:
        assert client.recv(1) == b""


@pytest.mark.parametrize("dialect", [corpus.plain, corpus.dbmate, corpus.yoyo, corpus.psql])
def test_every_dialect_holds_the_same_statements(tmp_path: Path, dialect: corpus.Dialect):
    folder = corpus.write(tmp_path / "files", dialect, files=3)
    parsed = [parse_sql(path.read_text(encoding="utf-8")) for path in folder.glob("0*.sql")]
    assert [len(statements) for statements in parsed] == [4, 4, 4]
