"""A migration as one request to a server that keeps no session for us: guard, file, history row, all or nothing."""

from dataclasses import dataclass

from schemactl.apply.message import BOM, PACKAGE
from schemactl.apply.store import Commands
from schemactl.db.channel import Channel, Rows
from schemactl.db.query import commands, query
from schemactl.db.session import Limits, assignments
from schemactl.sql.parse import Script, Statement

BUSY = "SCM01"
"""Another runner holds the lock, be it an earlier request of ours whose answer was lost."""
CHANGED = "SCM02"
"""The history is not the one that the plan was made from."""
SOUGHT = "SCM03"
"""How a search for the statement that failed ends, always, so that nothing of it stays."""
AT_COMMIT = -1


@dataclass(frozen=True, slots=True)
class Request:
    """Text for the server; the file's first line is line `head` + 1 of it."""

    text: str
    head: int


def read_mark(channel: Channel) -> str:
    """The mark of the history, which any change of it changes. Raises ServerError."""
    (rows,) = channel.ask(query(PACKAGE, "queries/tell_mark.sql"), first=query(PACKAGE, "queries/history_mark.sql"))
    return mark_in(rows)


def mark_in(rows: Rows) -> str:
    """The mark that a request ends with; empty where the answer is not one of ours."""
    return str(rows[-1].get("mark", "")) if rows else ""


def migration(script: Script, limits: Limits, mark: str, create: Commands, record: Commands) -> Request:
    """The file's text as it is, between what guards it and what records it. Its answer is the new mark."""
    head = "\n".join((*_begin(limits), *_guard(mark), *create))
    # The last statement may lack its semicolon, and a comment may stand behind it.
    text = "\n".join((head, script.text.removeprefix(BOM), ";", *_recorded(record)))
    return Request(text, head.count("\n") + 1)


def bookkeeping(mark: str, record: Commands) -> str:
    """Statements of ours alone. Its answer is the new mark."""
    return "\n".join((*_begin(Limits("10s")), *_guard(mark), *_recorded(record)))


def search(script: Script, limits: Limits) -> str:
    """Runs the file's statements one by one, and ends in an error that says which one failed, and how.

    The error's message ends in the statement's number, `AT_COMMIT` for what was deferred, 0 for none, and an SQLSTATE.
    """
    steps = [f"at := {one.index}; EXECUTE {_literal(one.text)};" for one in script.statements]
    return "\n".join(
        (
            *_begin(limits),
            *commands(PACKAGE, "queries/request_lock.sql"),
            "DO $search$ DECLARE at int := 0; BEGIN BEGIN".replace("$search$", _tag(script)),
            *steps,
            f"at := {AT_COMMIT}; SET CONSTRAINTS ALL IMMEDIATE; at := 0;",
            f"EXCEPTION WHEN OTHERS THEN RAISE USING ERRCODE = '{SOUGHT}', MESSAGE = at || ' ' || SQLSTATE; END;",
            f"RAISE USING ERRCODE = '{SOUGHT}', MESSAGE = '0 00000'; END {_tag(script)};",
        )
    )


def found(message: str) -> tuple[int, str] | None:
    """The statement's number and the SQLSTATE that a search ended with."""
    number, _, sqlstate = message.strip().partition(" ")
    return (int(number), sqlstate) if number.lstrip("-").isdecimal() and len(sqlstate) == 5 else None


def statement_at(script: Script, line: int) -> Statement | None:
    """The statement that a line of the file belongs to."""
    before = [statement for statement in script.statements if statement.line <= line]
    return before[-1] if before else None


def _begin(limits: Limits) -> tuple[str, ...]:
    strings = assignments({"standard_conforming_strings": "on"}, local=True)
    return (*commands(PACKAGE, "queries/request_begin.sql"), *strings, *limits.commands(local=True))


def _guard(mark: str) -> tuple[str, ...]:
    return (
        *commands(PACKAGE, "queries/request_expect.sql", mark=mark),
        query(PACKAGE, "queries/request_lock.sql"),
        query(PACKAGE, "queries/history_mark.sql"),
        query(PACKAGE, "queries/request_guard.sql"),
    )


def _recorded(record: Commands) -> tuple[str, ...]:
    own = commands(PACKAGE, "queries/own_session.sql")
    mark = (query(PACKAGE, "queries/history_mark.sql"), query(PACKAGE, "queries/tell_mark.sql"))
    return (*own, *record, *commands(PACKAGE, "queries/request_end.sql"), *mark)


def _literal(text: str) -> str:
    from psycopg import sql

    return sql.Literal(text).as_string(None).strip()


def _tag(script: Script) -> str:
    """A dollar quote that the file does not hold."""
    number = 0
    while f"$search{number}$" in script.text:
        number += 1
    return f"$search{number}$"
