"""What a rule may ask about the place where it looks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

from schemactl.lint.runners import Runner
from schemactl.lint.schema.model import Origin, Schema, Table
from schemactl.lint.session import OpenTransaction, Session
from schemactl.sql.ddl.commands import SetVariable
from schemactl.sql.ddl.node import Name, Node
from schemactl.sql.ddl.objects import CreateFunction
from schemactl.sql.ddl.tables import AlterTable
from schemactl.sql.parse import Script, Statement


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole run.

    `version` is the oldest server that must run the files. `exposed` are the schemas that clients reach over an API;
    empty where there is none. `supabase` says that the files use that platform's roles, `fixes` that findings are to
    carry their repair.
    """

    runner: Runner
    version: int = 14
    exposed: frozenset[str] = frozenset()
    supabase: bool = False
    fixes: bool = False


_NULL_COMPARED = ("= null", "=null", "> null", ">null", "null =", "null=", "null <", "null !")

_RELATIONS = ("table", "sequence", "view")

# An object that a statement makes or drops: its kind, the table it hangs on (or None), and its name.
Identity = tuple[str, tuple[str, str] | None, str]


@dataclass
class File:
    """One file while it is read. `number` is its place in the folder; `reported` files get findings.

    `dropped` and `made` are what the statements so far dropped and made. `asks_again` says that it must stand a second
    run. `blocks` says for each statement in which transaction of the file it runs, None for one of its own.
    """

    number: int
    script: Script
    session: Session
    reported: bool = True
    asks_again: bool = True
    transactions: int = 0
    dropped: set[Identity] = field(default_factory=set)
    made: set[Identity] = field(default_factory=set)
    warned_of_rerun: bool = False
    warned_of_timeout: bool = False
    nodes: list[Node] = field(default_factory=list)
    blocks: list[int | None] = field(default_factory=list)

    def forget_trees(self) -> None:
        """Let go of the parse trees, ten times the room of the text and more: later findings need only places."""
        self.nodes = []
        for statement in self.script.statements:
            statement.forget_tree()

    @cached_property
    def compares_null(self) -> bool:
        """Whether `= NULL` or the like may stand anywhere in the file; a cheap look."""
        text = self.script.text.lower()
        return any(words in text for words in _NULL_COMPARED)

    @property
    def closed(self) -> list[OpenTransaction]:
        """The transactions of the file, the one open at its end included."""
        last = self.session.transaction
        return [*self.session.closed, last] if last else self.session.closed

    @property
    def sets_timeout(self) -> bool:
        """Whether the file sets a lock_timeout anywhere."""
        return any(isinstance(node, SetVariable) and node.name == "lock_timeout" for node in self.nodes)

    @property
    def path(self) -> PurePath:
        """Its path."""
        return PurePath(self.script.file)


class FileEnd(Node):
    """The subject of rules that look at a whole file, once it is read."""

    nodes: tuple[Node, ...]


class FolderEnd(Node):
    """The subject of rules that look at the schema once every file is read."""


def plain(name: Name) -> str:
    """A name as identities hold it: with its schema, unless that is public."""
    schema, plain = name.key
    return plain if schema == "public" else f"{schema}.{plain}"


@dataclass(slots=True)
class Site:
    """Where a rule looks: the statement, the session and the schema just before it."""

    settings: Settings
    schema: Schema
    file: File
    statement: Statement | None = None
    node: Node | None = None
    target: Name | None = None
    guard: str = ""
    caught: frozenset[str] = frozenset()
    in_body: bool = False
    rest: tuple[Node, ...] = ()

    @property
    def version(self) -> int:
        """The major version that is asked for."""
        return self.settings.version

    @property
    def index(self) -> int:
        """The statement's number in its file."""
        return self.statement.index if self.statement else 0

    @property
    def transaction(self) -> OpenTransaction | None:
        """The transaction that the statement runs in, besides its own."""
        return self.file.session.transaction

    @property
    def in_transaction(self) -> bool:
        """Whether what the statement locks stays locked behind it; a DO block is a transaction of its own."""
        return self.transaction is not None or self.in_body

    def timeout(self, name: str) -> int | None:
        """Milliseconds in force, or None."""
        return self.file.session.timeout(name)

    def table(self, name: Name | None = None) -> Table | None:
        """What is known of a relation; by default the one that the statement is about."""
        wanted = name or self.target
        return self.schema.table(wanted) if wanted else None

    def origin(self) -> Origin:
        """Where objects made by this statement come from."""
        transaction = self.transaction
        return Origin(self.file.number, self.index, transaction.number if transaction else 0, self.in_body)

    def is_new(self, name: Name | None = None) -> bool:
        """Whether the relation came into being with this migration, so that nobody uses it yet.

        A file that holds several explicit transactions is several migrations in a row (`alembic upgrade --sql`).
        """
        table = self.table(name)
        if table is None:
            wanted = name or self.target or Name(None, "")
            made = self.file.made
            return wanted.schema == "pg_temp" or any((kind, None, plain(wanted)) in made for kind in _RELATIONS)
        if table.temporary:
            return True
        if table.partition_of is not None and table.origin.file != self.file.number:
            return False
        return self.made_here(table.origin)

    def made_here(self, origin: Origin) -> bool:
        """Whether something came into being with this migration."""
        if origin.file != self.file.number:
            return False
        if self.file.transactions < 2:
            return True
        transaction = self.transaction
        return transaction is not None and origin.transaction == transaction.number

    def plpgsql(self, node: CreateFunction) -> str | None:
        """The text of the statement where it makes a PL/pgSQL function; None elsewhere, and inside a DO block."""
        if node.language != "plpgsql" or self.statement is None or self.in_body:
            return None
        return self.statement.text

    def later(self) -> Iterator[Node]:
        """The statements behind this one: those of its DO block, then those of its file."""
        yield from self.rest
        yield from self.file.nodes[self.index :]

    def is_table(self) -> bool:
        """Whether the ALTER statement at hand is about a table (and not a view, type, index or sequence)."""
        return isinstance(self.node, AlterTable) and self.node.kind == "table"

    def is_exposed(self, name: Name) -> bool:
        """Whether clients reach the schema of that relation."""
        return name.key[0] in self.settings.exposed
