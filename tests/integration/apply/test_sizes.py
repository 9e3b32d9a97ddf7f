import psycopg
import pytest

from schemactl.apply.sizes import sizes
from schemactl.core.errors import LockError
from schemactl.db.channel import Direct
from schemactl.db.connect import connect
from schemactl.servers import Database
from schemactl.sql.names import Name


def test_relations_are_measured_with_their_partitions_and_indexes_with_their_table(plain_database: Database):
    with connect(plain_database.dsn) as connection:
        connection.execute("""
            CREATE TABLE plain (id int PRIMARY KEY);
            INSERT INTO plain SELECT generate_series(1, 1000);
            CREATE TABLE fresh (id int);
            CREATE SCHEMA "Odd Name";
            CREATE TABLE "Odd Name"."Ta""ble" (id int);
            CREATE TABLE parted (id int) PARTITION BY RANGE (id);
            CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000);
            CREATE TABLE part_2 PARTITION OF parted FOR VALUES FROM (1000) TO (2000);
            INSERT INTO parted SELECT generate_series(0, 1999);
            CREATE VIEW seen AS SELECT * FROM plain;
        """)
        connection.execute("ANALYZE plain, parted")
        plain, index, parted = Name(None, "plain"), Name("public", "plain_pkey"), Name(None, "parted")
        odd, missing = Name("Odd Name", 'Ta"ble'), Name("nowhere", "plain")
        found = sizes(
            Direct(connection, plain_database.dsn),
            plain_database.dsn,
            [plain, index, parted, odd, missing, Name(None, "fresh"), Name(None, "seen")],
        )
        assert missing not in found
        assert found[plain].rows == 1000
        assert found[index] == found[plain]
        assert found[parted].rows == 2000
        total = connection.execute("SELECT pg_total_relation_size('plain')").fetchone()
        assert total == (found[plain].bytes,)
        parts = connection.execute(
            "SELECT pg_total_relation_size('part_1') + pg_total_relation_size('part_2')"
        ).fetchone()
        assert parts == (found[parted].bytes,)
        assert (found[odd].bytes, found[odd].rows) == (0, None)
        assert found[Name(None, "fresh")].rows is None
        assert found[Name(None, "seen")].bytes == 0


def test_a_table_that_somebody_keeps_locked_is_an_error_that_says_so(plain_database: Database):
    with psycopg.connect(plain_database.dsn) as holder, connect(plain_database.dsn) as connection:
        holder.execute("CREATE TABLE kept (id int)")
        holder.commit()
        holder.execute("LOCK TABLE kept")
        with pytest.raises(LockError, match=r"are locked: .*55P03") as caught:
            sizes(Direct(connection, plain_database.dsn), plain_database.dsn, [Name(None, "kept")])
        assert caught.value.exit_code == 4
        holder.rollback()
        assert sizes(Direct(connection, plain_database.dsn), plain_database.dsn, [Name(None, "kept")])
