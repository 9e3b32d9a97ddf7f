"""How long a program takes to say its version."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import peers
from benchmarks.measure import Contender, Subject, seconds
from benchmarks.peers import Missing


@contextmanager
def subject(scratch: Path) -> Iterator[Subject]:
    """`--version`, of those that have it."""
    del scratch
    contenders, missing = [], []
    for make in (_ours, _dbmate, _node_pg_migrate, _squawk):
        try:
            contenders.append(make())
        except Missing as error:
            missing.append(str(error))
    yield Subject("start-up: --version", "s", contenders, rounds=11, note="; ".join(missing))


def _ours() -> Contender:
    return _version(peers.ours)


def _dbmate() -> Contender:
    return _version(peers.dbmate)


def _node_pg_migrate() -> Contender:
    return _version(peers.node_pg_migrate)


def _squawk() -> Contender:
    program, version = peers.squawk()
    return Contender("squawk", version, lambda: seconds([program, "--version"]))


def _version(make: Callable[[], peers.Runner]) -> Contender:
    runner = make()
    return Contender(
        runner.name, runner.version, lambda: seconds([*runner.program, "--version"], peers.our_environment())
    )
