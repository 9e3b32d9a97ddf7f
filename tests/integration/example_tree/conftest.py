"""The example tree, migrated once a server; each test gets a copy, two people and the platform's roles."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from schemactl.servers import Database, Server
from schemactl.sql.parse import Statement, parse

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "migrations"
PLANS = ROOT / "tests" / "cases" / "plans" / "migrations"

ADA, BOB = UUID(int=1), UUID(int=2)

Session = psycopg.Connection[Any]


def files(folder: Path) -> list[Path]:
    """The migrations of a folder, in the order of their versions."""
    return sorted(folder.glob("*.sql"), key=lambda path: int(path.name.partition("_")[0]))


def statements(path: Path) -> tuple[Statement, ...]:
    return parse(path.read_text(encoding="utf-8"), path.name).statements


def migrate(session: Session, path: Path) -> None:
    """Run one file, in one transaction where it does not say otherwise."""
    alone = "schemactl:transaction=none" in path.read_text(encoding="utf-8")
    with nullcontext() if alone else session.transaction():
        for statement in statements(path):
            session.execute(statement.text)


@dataclass(frozen=True)
class World:
    """A migrated database and the sessions on it. All are in autocommit unless a test says otherwise."""

    server: Server
    database: Database
    stack: ExitStack = field(repr=False)

    def session(self, role: str | None = None, user: UUID | None = None) -> Session:
        """A session that has become `role`, with the claims of `user`; the owner of everything by default."""
        opened = self.stack.enter_context(psycopg.connect(self.database.dsn, autocommit=True))
        opened.execute("set statement_timeout = '20s'")  # a lock that nobody gives up is a failure, not a hang
        if role is not None:
            opened.execute("select set_config('role', %s, false)", [role])
        if user is not None:
            claims = json.dumps({"sub": str(user), "role": role})
            opened.execute("select set_config('request.jwt.claims', %s, false)", [claims])
        return opened


def _world(server: Server, folder: Path) -> Iterator[World]:
    def build(database: Database) -> None:
        with psycopg.connect(database.dsn, autocommit=True) as session:
            for path in files(folder):
                migrate(session, path)
            for person in (ADA, BOB):
                session.execute("insert into auth.users (id, email) values (%s, %s)", [person, f"{person}@example.org"])

    copy = server.clone(server.template(str(folder), build), "tree")
    try:
        with ExitStack() as stack:
            yield World(server, copy, stack)
    finally:
        server.drop(copy)


@pytest.fixture
def world(server: Server) -> Iterator[World]:
    """The example tree, on every kind of server."""
    yield from _world(server, EXAMPLE)


@pytest.fixture
def plans(server: Server) -> Iterator[World]:
    """The plans as first written, on every kind of server."""
    yield from _world(server, PLANS)


@pytest.fixture
def owner(world: World) -> Session:
    """The role that ran the migrations, for setting the scene."""
    return world.session()


@pytest.fixture
def worker(world: World) -> Session:
    """The service role."""
    return world.session("service_role")


@pytest.fixture
def ada(world: World) -> Session:
    """A signed-in person."""
    return world.session("authenticated", ADA)


@pytest.fixture
def bob(world: World) -> Session:
    """Another one."""
    return world.session("authenticated", BOB)


@pytest.fixture
def anon(world: World) -> Session:
    """Nobody in particular."""
    return world.session("anon")


Orders = Callable[[Session, UUID], UUID]


@pytest.fixture(scope="session")
def order() -> Orders:
    """`order(owner, person)`: an order of that person, with one song variant; the variant's id."""

    def place(owner: Session, person: UUID) -> UUID:
        owner.execute("insert into public.users (id, email) values (%s, 'x@example.org')", [person])
        wish = value(
            owner,
            "insert into public.customizations (user_id, recipient_name, occasion, genre)"
            " values (%s, 'Eve', 'birthday', 'folk') returning id",
            person,
        )
        placed = value(
            owner,
            "insert into public.orders (user_id, customization_id, amount_cents) values (%s, %s, 1900) returning id",
            person,
            wish,
        )
        made = value(
            owner,
            "insert into public.song_variants (order_id, user_id, variant_number, storage_path)"
            " values (%s, %s, 1, 'songs/1.mp3') returning id",
            placed,
            person,
        )
        assert isinstance(made, UUID)
        return made

    return place


def value(session: Session, query: str, *parameters: object) -> Any:
    """The one value, or the one row, that a query gives; None when it gives none."""
    row = session.execute(query, parameters).fetchone()
    return row[0] if row is not None and len(row) == 1 else row


def refused(session: Session, sqlstate: str, query: str, *parameters: object) -> None:
    """Assert that a query fails with exactly this SQLSTATE: any other error is no refusal."""
    with pytest.raises(psycopg.Error) as caught:
        session.execute(query, parameters)
    assert caught.value.sqlstate == sqlstate, caught.value
