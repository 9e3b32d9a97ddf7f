"""Histories that the tools themselves made, taken over: afterwards nothing is pending, and nothing was run."""

import json
import re

from tests.support.adopted import adopt, names, require_agreement
from tests.support.applying import rows
from tests.support.npm import Node
from tests.support.peers import Peer
from tests.support.program import run

from schemactl.servers import Server

PYTHON_STEPS = """
from yoyo import step

__depends__ = {"0002.index"}

steps = [
    step("insert into users values (1)", "delete from users where id = 1"),
    step("insert into users values (2)", "delete from users where id = 2"),
]
"""


def test_dbmate(peer: Peer, runners: Node):
    peer.file(
        "db/migrations/20240101000000_create_users.sql",
        "-- migrate:up\ncreate table users (id int primary key);\n\n-- migrate:down\ndrop table users;\n",
    )
    peer.file(
        "db/migrations/20240102000000_index.sql",
        "-- migrate:up transaction:false\ncreate index concurrently users_id on users (id);\n-- migrate:down\n",
    )
    peer.node(runners, "dbmate", "--no-dump-schema", "up", DATABASE_URL=peer.url)
    plan = adopt(peer.root, "--database", peer.dsn)
    assert plan.json["adopt"]["tool"] == "dbmate"
    assert not (peer.root / "migrations").exists()
    assert rows(peer.dsn, "select to_regclass('schemactl.history')") == [(None,)]
    done = adopt(peer.root, "--database", peer.dsn, "--write").json["adopt"]
    assert done["recorded"] == ["20240101000000_create_users.sql", "20240102000000_index.sql"]
    assert names(peer.root / "migrations") == [
        "20240101000000_create_users.down.sql",
        "20240101000000_create_users.sql",
        "20240102000000_index.sql",
        "adopted.json",
    ]
    require_agreement(peer.root, peer.dsn)
    again = adopt(peer.root, "--database", peer.dsn, "--write").json["adopt"]
    assert (again["files"], again["recorded"], len(again["already_recorded"])) == ([], [], 2)


def test_graphile_migrate(peer: Peer, tcp_server: Server, runners: Node):
    peer.file(".gmrc", '{\n  // what the tool itself writes\n  "pgSettings": {}, "placeholders": {},\n}\n')
    with tcp_server.database("shadow") as shadow:
        root = peer.dsn.rpartition("/")[0] + "/postgres"
        urls = {"DATABASE_URL": peer.dsn, "SHADOW_DATABASE_URL": shadow.dsn, "ROOT_DATABASE_URL": root}
        for message, sql in (
            ("create users", "create table users (id int primary key);"),
            ("", "--! no-transaction\ncreate index concurrently users_id on users (id);"),
        ):
            peer.file("migrations/current.sql", f"{sql}\n")
            options = ("--message", message) if message else ()
            peer.node(runners, "graphile-migrate", "commit", *options, **urls)
    done = adopt(peer.root, "--database", peer.dsn, "--into", "sql", "--write").json["adopt"]
    assert done["recorded"] == ["000001_create-users.sql", "000002_migration.sql"]
    assert "-- schemactl:transaction=none\n" in (peer.root / "sql/000002_migration.sql").read_text()
    require_agreement(peer.root, peer.dsn, "sql")


def test_supabase_keeps_its_ledger_and_both_agree(peer: Peer, runners: Node):
    peer.file("supabase/config.toml", 'project_id = "adopted"\n')
    peer.file("supabase/migrations/20240101000000_a.sql", "create table a (id int primary key);\n")
    peer.file("supabase/migrations/20240102000000_b.sql", "create table b (id int);\ninsert into b values (1);\n")
    peer.file("schemactl.toml", 'migrations = "supabase/migrations"\nledger = "supabase"\npreset = "supabase"\n')
    remote = f"--remote={peer.url}"
    peer.node(runners, "supabase", "migration", "up", remote, "--yes")
    done = adopt(peer.root, "--database", peer.dsn, "--write").json["adopt"]
    assert (done["files"], done["recorded"], len(done["already_recorded"])) == ([], [], 2)
    assert run("status", "--database", peer.dsn, "--format", "json", cwd=peer.root).json["status"]["pending"] == []
    peer.file("supabase/migrations/20240103000000_c.sql", "create table c (id int primary key);\n")
    assert run("apply", "--database", peer.dsn, cwd=peer.root).code == 0
    listed = peer.node(runners, "supabase", "migration", "list", remote, "--output-format", "json")
    found = [(one["local"], one["remote"]) for one in json.loads(listed)["migrations"]]
    assert found == [(version, version) for version in ("20240101000000", "20240102000000", "20240103000000")]
    assert "up to date" in peer.node(runners, "supabase", "migration", "up", remote, "--yes")


def test_supabase_moves_to_our_history(peer: Peer, runners: Node):
    peer.file("supabase/config.toml", 'project_id = "adopted"\n')
    peer.file("supabase/migrations/20240101000000_a.sql", "create table a (id int primary key);\n")
    peer.node(runners, "supabase", "migration", "up", f"--remote={peer.url}", "--yes")
    done = adopt(peer.root, "--database", peer.dsn, "--write").json["adopt"]
    assert (done["files"], done["recorded"]) == ([], ["20240101000000_a.sql"])
    require_agreement(peer.root, peer.dsn, "supabase/migrations")
    peer.file("supabase/migrations/20240101000000_a.sql", "create table a (id bigint primary key);\n")
    edited = adopt(peer.root, "--database", peer.dsn, "--write", code=1).json
    assert [one["rule"] for one in edited["findings"]] == ["adopt-edited"]


def test_yoyo(peer: Peer):
    url = peer.dsn.replace("postgresql://", "postgresql+psycopg://")
    peer.file("yoyo.ini", f"[DEFAULT]\nsources = migrations\ndatabase = {url}\n")
    peer.file(
        "migrations/0002.index.sql",
        "-- transactional: false\n-- depends: 0001.users\ncreate index concurrently users_id on users (id);\n",
    )
    peer.file("migrations/0001.users.sql", "-- The users.\n-- depends:\n\ncreate table users (id int);\n")
    peer.file("migrations/0001.users.rollback.sql", "drop table users;\n")
    peer.file("migrations/0003.rows.py", PYTHON_STEPS)
    peer.python("yoyo", "apply", "--batch", "--no-config-file", "--database", url, "migrations")
    done = adopt(peer.root, "--into", "sql", "--database", peer.dsn, "--write").json["adopt"]
    assert done["recorded"] == ["0001_users.sql", "0002_index.sql", "0003_rows.sql"]
    assert names(peer.root / "sql")[:2] == ["0001_users.down.sql", "0001_users.sql"]
    assert (
        peer.root / "sql/0003_rows.down.sql"
    ).read_text() == "delete from users where id = 2;\n\ndelete from users where id = 1;\n"
    require_agreement(peer.root, peer.dsn, "sql")


def test_alembic(peer: Peer):
    peer.python("alembic", "init", "alembic")
    url = peer.dsn.replace("postgresql://", "postgresql+psycopg://")
    ini = peer.root / "alembic.ini"
    ini.write_text(re.sub(r"(?m)^sqlalchemy\.url.*", f"sqlalchemy.url = {url}", ini.read_text()))
    up = 'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))\n'
    alembic_revision(peer, "aaa1", "Create users", up, 'op.drop_table("users")\n')
    up = (
        'op.execute("insert into users values (1)")\n    with op.get_context().autocommit_block():\n'
        '        op.create_index("users_id", "users", ["id"], postgresql_concurrently=True)\n'
    )
    alembic_revision(peer, "bbb2", "Index users", up, 'op.drop_index("users_id")\n')
    peer.python("alembic", "upgrade", "head")
    refused = adopt(peer.root, "--database", peer.dsn, code=1)
    assert "alembic upgrade base:heads --sql" in refused.json["findings"][0]["hint"]
    peer.file("offline/upgrade.sql", peer.python("alembic", "upgrade", "base:heads", "--sql"))
    peer.file("offline/downgrade.sql", peer.python("alembic", "downgrade", "heads:base", "--sql"))
    done = adopt(peer.root, "--from", "offline", "--database", peer.dsn, "--write").json["adopt"]
    assert done["recorded"] == ["0001_create_users.sql", "0002_index_users.sql"]
    index = (peer.root / "migrations/0002_index_users.sql").read_text()
    assert index.startswith("-- schemactl:transaction=none\n")
    assert "alembic_version" not in index
    assert "drop table users" in (peer.root / "migrations/0001_create_users.down.sql").read_text().lower()
    require_agreement(peer.root, peer.dsn)
    assert run("rollback", "--steps", "2", "--database", peer.dsn, cwd=peer.root).code == 0
    assert rows(peer.dsn, "select to_regclass('users')") == [(None,)]


def alembic_revision(peer: Peer, name: str, message: str, up: str, down: str) -> None:
    peer.python("alembic", "revision", "-m", message, "--rev-id", name)
    (path,) = (peer.root / "alembic/versions").glob(f"{name}_*.py")
    text = path.read_text()
    text = re.sub(r'("""Upgrade schema."""\n    )pass', lambda found: found[1] + up, text)
    path.write_text(re.sub(r'("""Downgrade schema."""\n    )pass', lambda found: found[1] + down, text))


def test_sqitch(peer: Peer):
    def sqitch(*arguments: str) -> str:
        return peer.installed("sqitch", *arguments, SQITCH_FULLNAME="Ada", SQITCH_EMAIL="ada@example.org", **peer.parts)

    sqitch("init", "shop", "--engine", "pg", "--target", "db:pg:")
    scripts = {
        "users": ("create table users (id int primary key);", "drop table users;"),
        "names": ("alter table users add name text;", "alter table users drop name;"),
    }
    for name, (deploy, revert) in scripts.items():
        sqitch("add", name, "-n", f"Adds {name}")
        peer.file(f"deploy/{name}.sql", f"-- Deploy shop:{name} to pg\n\nBEGIN;\n\n{deploy}\n\nCOMMIT;\n")
        peer.file(f"revert/{name}.sql", f"-- Revert shop:{name} from pg\n\nBEGIN;\n\n{revert}\n\nCOMMIT;\n")
        peer.file(f"verify/{name}.sql", "select 1;\n")
    sqitch("tag", "v1", "-n", "One")
    sqitch("rework", "names", "-n", "Again")
    peer.file("deploy/names.sql", "BEGIN;\nalter table users alter name set default '';\nCOMMIT;\n")
    sqitch("deploy", "db:pg:")
    done = adopt(peer.root, "--database", peer.dsn, "--write").json["adopt"]
    assert done["recorded"] == ["0001_users.sql", "0002_names_v1.sql", "0003_names.sql"]
    assert "BEGIN" not in (peer.root / "migrations/0001_users.sql").read_text()
    require_agreement(peer.root, peer.dsn)
