"""Connection strings survive what names and passwords may hold."""

from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from schemactl.servers.address import Address, uri

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(words, words, words, st.sampled_from(["127.0.0.1", "::1", "db.example.com", "/dev/shm/run with space", "/tmp"]))
def test_libpq_reads_back_what_we_wrote(user: str, password: str, dbname: str, host: str) -> None:
    parameters = {"user": user, "password": password, "dbname": dbname, "host": host, "port": "5432"}
    assert conninfo_to_dict(uri(parameters)) == parameters


def test_a_socket_directory_is_in_the_query_and_a_host_is_not() -> None:
    assert uri({"user": "u", "host": "/tmp", "dbname": "d"}) == "postgresql://u@/d?host=%2Ftmp"
    assert uri({"user": "u", "host": "::1", "port": "1", "dbname": "d"}) == "postgresql://u@[::1]:1/d"


def test_another_role_logs_in_itself_or_is_taken() -> None:
    login = {"user": "admin", "host": "h", "dbname": "postgres"}
    assert Address(login).dsn("d", "app") == "postgresql://app@h/d"
    assert Address(login, set_role=True).dsn("d", "app") == "postgresql://admin@h/d?options=-c%20role%3Dapp"
    assert Address(login, set_role=True).dsn("d", "admin") == "postgresql://admin@h/d"


def test_taking_a_role_keeps_the_options_that_were_there() -> None:
    login = {"user": "admin", "host": "h", "dbname": "postgres", "options": "-c work_mem=1MB"}
    options = conninfo_to_dict(Address(login, set_role=True).dsn("d", "app"))["options"]
    assert options == "-c work_mem=1MB -c role=app"
