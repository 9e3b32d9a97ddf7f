"""What makes a server look like production, and what only resembles it."""

import pytest

from schemactl.servers.existing import signs_of_production

QUIET = {"replicas": 0, "archives": False, "bytes": 30_000_000}


@pytest.mark.parametrize(
    ("facts", "host", "dbname", "sign"),
    [
        ({"replicas": 1}, "localhost", "app", "standby or replication client"),
        ({"archives": True}, "localhost", "app", "archives its write-ahead log"),
        ({"bytes": 5 * 1024**3}, "localhost", "app", "5.0 GiB"),
        ({}, "abc.xyz.eu-west-1.rds.amazonaws.com", "app", "managed service"),
        ({}, "db.abcdefghijklmnopqrst.supabase.co", "postgres", "managed service"),
        ({}, "prod-db1.internal", "app", "`prod-db1.internal` names it so"),
        ({}, "localhost", "shop_production", "`shop_production` names it so"),
        ({}, "localhost", "shop-live", "`shop-live` names it so"),
    ],
)
def test_signs(facts: dict[str, object], host: str, dbname: str, sign: str) -> None:
    (found,) = signs_of_production(QUIET | facts, host, dbname)
    assert sign in found


@pytest.mark.parametrize(
    ("host", "dbname"),
    [
        ("localhost", "postgres"),
        ("/var/run/postgresql", "products"),
        ("reproduction.internal", "olive"),
        ("amazonaws.com.internal", "delivery"),
        ("supabase_db_app", "postgres"),
    ],
)
def test_silent(host: str, dbname: str) -> None:
    assert signs_of_production(QUIET, host, dbname) == []
