import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.db.api_errors import SqlError, message_of, refused, sql_error
from schemactl.db.statement_failure import Failure

UNDEFINED = """Failed to run sql query: ERROR:  42703: column "emial" does not exist
LINE 3:   select emial from users
                 ^
HINT:  Perhaps you meant to reference the column "users.email".
"""
VIOLATED = """Failed to run sql query: ERROR:  23503: insert or update on table "c" violates a foreign key constraint
DETAIL:  Key (p)=(7) is not present in table "p".
CONTEXT:  SQL statement "insert into c values (7)"
PL/pgSQL function f() line 3 at SQL statement
"""


def test_a_place_is_read_from_the_line_and_the_caret():
    assert sql_error(UNDEFINED) == SqlError(
        Failure(
            "42703",
            'column "emial" does not exist',
            hint='Perhaps you meant to reference the column "users.email".',
        ),
        line=3,
        column=10,
        shown="  select emial from users",
    )


def test_the_fields_are_told_apart():
    error = sql_error(VIOLATED)
    assert error is not None
    assert (error.failure.sqlstate, error.failure.detail) == ("23503", 'Key (p)=(7) is not present in table "p".')
    assert error.failure.context is not None
    assert error.failure.context.splitlines()[1] == "PL/pgSQL function f() line 3 at SQL statement"
    assert error.line is None


@pytest.mark.parametrize(
    ("message", "sqlstate", "text"),
    [
        ("ERROR:  P0001: no\nwith two lines\n", "P0001", "no\nwith two lines"),
        ("Failed to run sql query: ERROR: 42601: syntax error", "42601", "syntax error"),
        ("FATAL:  57P01: terminating connection due to administrator command", "57P01", "terminating connection"),
        ("Failed to run sql query: ERROR:  must be owner of table t", "", "must be owner of table t"),
    ],
)
def test_messages_of_several_ages_are_read(message: str, sqlstate: str, text: str):
    error = sql_error(message)
    assert error is not None
    assert error.failure.sqlstate == sqlstate
    assert error.failure.message.startswith(text)


def test_what_tells_of_no_statement_is_none():
    assert sql_error("Unauthorized") is None
    assert sql_error("Failed to run sql query: Connection terminated due to connection timeout") is None
    assert refused("Failed to run sql query: must be member of role x") == SqlError(
        Failure("", "must be member of role x")
    )
    assert refused("Unauthorized") is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"message": "no"}', "no"),
        (b'{"error": {"name": "HttpException", "message": "no"}}', "no"),
        (b'{"error": "no"}', "no"),
        (b'{"msg": "no"}', "no"),
        (b"<html><h1>502</h1>\n<p>Bad Gateway</p></html>", "502 Bad Gateway"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[]", ""),
        (b"", ""),
        (b"[" * 100_000, "[" * 200),
    ],
)
def test_the_message_is_found_wherever_it_stands(body: bytes, message: str):
    assert message_of(body) == message


@given(st.one_of(st.text(), st.builds("ERROR:  42P01: {}\n{}".format, st.text(), st.text())))
def test_no_message_breaks_the_reader(message: str):
    error = refused(message)
    assert error is None or isinstance(error.failure.message, str)


@given(st.one_of(st.binary(), st.recursive(st.text() | st.none(), st.lists).map(lambda v: json.dumps(v).encode())))
def test_no_body_breaks_the_reader(body: bytes):
    assert isinstance(message_of(body), str)


@given(
    st.from_regex(r"[0-9A-Z]{5}", fullmatch=True),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs", "P"]), min_size=1),
    st.integers(1, 10_000),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs", "P"])),
    st.integers(0, 50),
)
def test_what_is_written_in_that_form_is_read_back(sqlstate: str, message: str, line: int, shown: str, before: int):
    shown = shown.replace("^", "")
    head = f"LINE {line}: "
    text = f"ERROR:  {sqlstate}: {message}\n{head}{shown}\n{' ' * (len(head) + before)}^\n"
    error = sql_error(text)
    assert error is not None
    assert (error.failure.sqlstate, error.failure.message, error.line, error.shown) == (
        sqlstate,
        message.strip(),
        line,
        shown,
    )
    assert error.column == before + 1
