"""Whether repaired files end in the catalog that the original ones end in: both run on a throwaway server."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schemactl.catalog import snapshot
from schemactl.core.config import Config
from schemactl.core.errors import ServerError, SourceError
from schemactl.db.connect import connect
from schemactl.db.execute import attempt
from schemactl.servers import Server, start
from schemactl.sql.parse import parse
from schemactl.sql.transactions import runs_alone


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that a server refused, and what it said."""

    file: str
    reason: str


class Unproved(Exception):
    """Why nothing could be proved: no server, or the original itself does not run there."""


def same_catalog(originals: Sequence[tuple[str, str]], repaired: Mapping[str, str], config: Config) -> list[str]:
    """The repaired files (name to text) that change what the folder ends in; empty when all is well.

    `originals` are all files in the order they apply. Raises Unproved.
    """
    try:
        with start(config.postgres, preset=config.preset, grants=config.grants, root=config.root) as server:
            return list(_culprits(server, originals, repaired))
    except ServerError as error:
        raise Unproved(str(error)) from error


def _culprits(server: Server, originals: Sequence[tuple[str, str]], repaired: Mapping[str, str]) -> Iterator[str]:
    wanted = _outcome(server, originals)
    if isinstance(wanted, Refusal):
        raise Unproved(f"{wanted.file} does not run on a fresh database as it is: {wanted.reason}")
    if _outcome(server, [(file, repaired.get(file, text)) for file, text in originals]) == wanted:
        return
    for changed in repaired:
        alone = [(file, repaired[file] if file == changed else text) for file, text in originals]
        if _outcome(server, alone) != wanted:
            yield changed


def _outcome(server: Server, files: Sequence[tuple[str, str]]) -> str | Refusal:
    """The fingerprint of the catalog that the files end in, or how the first one failed."""
    with server.database("fix") as database, connect(database.dsn) as connection:
        for file, text in files:
            for part in _messages(text, file):
                failure = attempt(connection, part)
                if failure is not None:
                    return Refusal(file, failure.sentence)
        return str(snapshot.take(connection).fingerprint)


def _messages(text: str, file: str) -> Iterator[str]:
    """A file as one message, or as several where a statement of it refuses company."""
    try:
        statements = parse(text, file).statements
    except SourceError:
        statements = ()
    if any(runs_alone(statement) for statement in statements):
        yield from (statement.text for statement in statements)
    else:
        yield text
