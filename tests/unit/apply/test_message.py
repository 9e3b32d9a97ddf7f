"""Where the file stands in the message, so that the server's positions lead back to it."""

from hypothesis import given
from hypothesis import strategies as st

from schemactl.apply.message import Among, single, transaction, whole
from schemactl.db.session import Limits
from schemactl.sql.parse import parse

STATEMENTS = st.sampled_from(
    [
        "select 1",
        "select 'é; --'",
        "create function f() returns int language plpgsql as $x$ begin return 1; end $x$",
        "/* ; */ insert into t values (E'it\\'s')",
        "select\r\n\t2 -- why",
        "",
    ]
)
FILES = st.builds(
    lambda mark, parts, tail: mark + "\n;\n".join(parts) + tail,
    st.sampled_from(["", "\ufeff"]),
    st.lists(STATEMENTS, min_size=1, max_size=6),
    st.sampled_from(["", ";", ";\n", "\n-- the end", ";;"]),
)
RECORD = ("INSERT INTO history VALUES (';');", "SELECT 1;")
CLEAN = ("BEGIN;", "RESET ALL;", "COMMIT;")


@given(FILES)
def test_every_statement_is_found_by_its_number_and_by_a_position_in_it(text: str):
    script = parse(text)
    message = transaction(whole(script), Limits("1s"), RECORD, CLEAN)
    ran = parse(message.text).statements
    assert len(ran) == message.count
    for statement in script.statements:
        number = message.before + statement.index - 1
        assert ran[number].text == statement.text
        assert message.statement_at(number, None) is statement
        for position in (ran[number].start, ran[number].end - 1):
            line, column = message.place(statement, position)
            assert (line, column) == statement.source.position(statement.start + position - ran[number].start)
            assert message.statement_at(0, position) is statement
        assert message.place(statement, None) == (statement.line, statement.column)


@given(FILES)
def test_our_own_statements_are_told_apart(text: str):
    script = parse(text)
    message = transaction(whole(script), Limits("1s"), RECORD, CLEAN)
    ran = [statement.text for statement in parse(message.text).statements]
    (guard,) = [number for number in range(len(ran)) if message.is_guard(number)]
    (commit,) = [number for number in range(len(ran)) if message.is_commit(number)]
    assert "pg_locks" in ran[guard]
    assert ran[commit] == "COMMIT"
    assert "clock_timestamp" in ran[message.took]
    assert ran[message.took + 1 : commit] == [command.removesuffix(";") for command in RECORD]
    assert commit + 1 == message.commits
    assert message.statement_at(guard, None) is None
    assert message.statement_at(commit, None) is None
    assert message.statement_at(0, None) is None


def test_the_runner_lock_is_looked_at_in_the_first_transaction_of_a_message_and_the_last_one_flushes():
    def alone(among: Among) -> list[str]:
        message = transaction(whole(parse("select 1")), Limits(None, None), RECORD, CLEAN, among)
        ran = [statement.text for statement in parse(message.text).statements]
        assert ran[message.commits - 1] == "COMMIT"
        assert "clock_timestamp" in ran[message.took]
        return ran

    for first in (True, False):
        for last in (True, False):
            ran = alone(Among(first, last))
            assert any("pg_locks" in text for text in ran) == first
            assert any("synchronous_commit" in text for text in ran) == (not last)


def test_a_statement_alone_keeps_its_place_in_the_file():
    script = parse("-- head\nselect 1;\n\nselect é,\n  2;")
    statement = script.statements[1]
    message = transaction(single(statement), Limits(None, None), RECORD)
    position = message.text.index("2", message.offset)
    assert message.place(statement, position) == (5, 3)
    assert message.statement_at(message.before, position) is statement


def test_limits_that_a_file_set_itself_are_left_alone():
    message = transaction(whole(parse("select 1")), Limits(None, "5s"), ())
    head = message.text[: message.offset]
    assert "lock_timeout" not in head
    assert "statement_timeout\" = '5s'" in head
