"""Databases in other encodings than UTF8: places, and characters that they do not have."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from tests.support.applying import run, write

from schemactl.servers import Server


@pytest.fixture
def encoded(plain_server: Server) -> Iterator[dict[str, str]]:
    """DSNs of databases by their encoding."""
    made = {}
    with plain_server.database("owner") as owner, psycopg.connect(owner.superuser_dsn, autocommit=True) as connection:
        for encoding in ("SQL_ASCII", "LATIN1"):
            name = f"{owner.name}_{encoding}"
            connection.execute(
                sql.SQL("create database {} encoding {} locale 'C' template template0").format(
                    sql.Identifier(name), encoding
                )
            )
            made[encoding] = make_conninfo(owner.superuser_dsn, dbname=name)
        try:
            yield made
        finally:
            for encoding in made:
                connection.execute(sql.SQL("drop database {}").format(sql.Identifier(f"{owner.name}_{encoding}")))


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_place_counts_characters_where_the_server_counts_bytes(
    tmp_path: Path, encoded: dict[str, str], encoding: str
):
    folder = write(tmp_path / "m", _1_a="select 'größe';\nselect 'é', nix;")
    result = run("apply", str(folder), "--database", encoded[encoding])
    assert result.returncode == 6
    assert "1_a.sql:2:13: 42703" in result.stderr


def test_a_character_that_the_database_does_not_have_is_named_with_its_place(tmp_path: Path, encoded: dict[str, str]):
    folder = write(tmp_path / "m", _1_a="create table a ();", _2_b="select 1;\ncomment on table a is 'é 日';")
    result = run("apply", str(folder), "--database", encoded["LATIN1"])
    assert result.returncode == 6
    assert "2_b.sql:2:26: 22P05 untranslatable character" in result.stderr
    assert "nothing of the file ran (1 migration applied before)" in result.stderr
    assert "no transaction in progress" not in result.stderr


@pytest.mark.parametrize("command", [("rls", "audit"), ("stats",), ("snapshot",)], ids=" ".join)
def test_text_that_is_no_character_is_no_mistake_of_ours(encoded: dict[str, str], command: tuple[str, ...]):
    with psycopg.connect(encoded["SQL_ASCII"], client_encoding="SQL_ASCII") as connection:
        connection.execute(b'create table "tab\xe9" (id int)')
    named = () if command == ("snapshot",) else ("--database",)
    result = run(*command, *named, encoded["SQL_ASCII"])
    assert result.returncode == 3, result.stderr
    assert "22021 character not in repertoire" in result.stderr
