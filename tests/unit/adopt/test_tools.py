"""What each tool's files become, and what has no counterpart: by its line."""

from pathlib import Path

import pytest

from schemactl.adopt import tools
from schemactl.adopt.layout import Layout, lay_out
from schemactl.adopt.model import Applied, Counterpart, Place
from schemactl.adopt.tools.flyway import checksum
from schemactl.core.errors import ConfigError, HistoryError, SourceError, UsageError


def files(root: Path, contents: dict[str, str]) -> Path:
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return root


def adopted(tool: str, root: Path, contents: dict[str, str]) -> Layout:
    one = tools.named(tool)
    place = one.find(files(root, contents))
    assert place is not None
    return lay_out(one.read(place), as_it_is=one.same_layout)


def texts(layout: Layout) -> dict[str, str]:
    return {name: text for one in layout.migrations for name, text in one.files}


def told(layout: Layout) -> list[tuple[str, int, str]]:
    return [(Path(one.span.file).name, one.span.line, one.message) for one in layout.unmapped if one.span]


FOUND = {
    "supabase": {"supabase/migrations/20240101000000_a.sql": "select 1;"},
    "sqitch": {"sqitch.plan": "%project=x\n"},
    "alembic": {"alembic.ini": "[alembic]\n"},
    "graphile-migrate": {".gmrc": "{}"},
    "flyway": {"sql/V1__a.sql": "select 1;"},
    "dbmate": {"db/migrations/1_a.sql": "-- migrate:up\n"},
    "goose": {"migrations/1_a.sql": "-- +goose Up\n"},
    "yoyo": {"migrations/1.a.sql": "", "migrations/1.a.rollback.sql": ""},
    "sqlx": {"Cargo.toml": "sqlx = 1", "migrations/1_a.sql": ""},
    "golang-migrate": {"migrations/1_a.up.sql": ""},
}


@pytest.mark.parametrize("name", tools.NAMES)
def test_each_tool_is_found_by_what_it_leaves_and_by_nothing_else(name: str, tmp_path: Path):
    found = tools.found_in(files(tmp_path, FOUND[name]))
    assert [tool.name for tool, _ in found] == [name]


def test_our_own_folder_is_no_other_tool(tmp_path: Path):
    assert (
        tools.found_in(files(tmp_path, {"migrations/0001_a.sql": "select 1;", "migrations/0001_a.down.sql": ""})) == []
    )


def test_an_unknown_tool_is_named_with_the_nearest():
    with pytest.raises(UsageError) as error:
        tools.named("dbmat")
    assert error.value.hint == "Did you mean `dbmate`?"


def test_dbmate_sections_and_their_options(tmp_path: Path):
    layout = adopted(
        "dbmate",
        tmp_path,
        {
            "db/migrations/1_two.sql": "-- A note.\n-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\n"
            "-- migrate:up transaction:false\nselect 3;\n-- migrate:down\nselect 4;\n",
            "db/migrations/2.sql": "-- migrate:up\r\nbegin;\r\nselect ';';\r\ncommit;\r\n"
            "-- migrate:down\r\n-- none\r\n",
        },
    )
    assert texts(layout) == {
        "1_two.sql": "-- schemactl:transaction=none\nselect 1;\n\nselect 3;\n",
        "1_two.down.sql": "select 4;\n\nselect 2;\n",
        "2_migration.sql": "select ';';\n",
    }
    assert told(layout) == []


def test_dbmate_files_that_it_would_refuse_or_skip(tmp_path: Path):
    layout = adopted(
        "dbmate",
        tmp_path,
        {
            "db/migrations/1_a.sql": "\nselect 0;\n-- migrate:up\nselect 1;\n-- migrate:down\n",
            "db/migrations/2_b.sql": "select 1;\n",
            "db/migrations/notes.sql": "select 1;\n",
        },
    )
    assert told(layout) == [
        ("1_a.sql", 2, "SQL before the first `-- migrate:up`"),
        ("2_b.sql", 1, "no `-- migrate:up`"),
        ("notes.sql", 1, "dbmate skips a file whose name begins with no number"),
    ]


def test_goose_annotations(tmp_path: Path):
    function = "create function f() returns int language sql as $$ select 1; $$;"
    body = f"-- +goose StatementBegin\n{function}\n-- +goose StatementEnd\n"
    layout = adopted(
        "goose",
        tmp_path,
        {
            "migrations/20240101_f.sql": f"-- +goose Up\n{body}-- +goose Down\ndrop function f();\n",
            "migrations/20240102_index.sql": "-- +goose NO TRANSACTION\n-- +goose Up\n"
            "create index concurrently i on t (a);\n"
            "-- +goose Down\ndrop index concurrently i;\n",
            "migrations/20240103_env.sql": "-- +goose ENVSUB ON\n-- +goose Up\nselect '${NAME}';\n"
            "-- +goose ENVSUB OFF\nselect '$X';\n",
            "migrations/20240104_go.go": "package migrations\n",
            "migrations/helpers.go": "package migrations\n",
            "migrations/20240105_typo.sql": "-- +goose Up\n-- +goose StatmentBegin\nselect 1;\n",
        },
    )
    assert texts(layout)["20240101_f.sql"].strip() == function
    assert texts(layout)["20240101_f.down.sql"] == "drop function f();\n"
    assert texts(layout)["20240102_index.sql"].startswith("-- schemactl:transaction=none\ncreate")
    assert sorted(told(layout)) == [
        ("20240102_index.sql", 5, "DROP INDEX CONCURRENTLY in a down file: taking back is one transaction, or nothing"),
        ("20240103_env.sql", 3, "a variable of the environment in SQL"),
        ("20240104_go.go", 1, "a migration in Go, which nothing but your own program can run"),
        ("20240105_typo.sql", 2, "unknown annotation `-- +goose StatmentBegin`"),
    ]


def test_golang_migrate_pairs(tmp_path: Path):
    layout = adopted(
        "golang-migrate",
        tmp_path,
        {
            "migrations/10_b.up.sql": "select 10;\n",
            "migrations/2_a.up.sql": "select 2;\n",
            "migrations/2_a.down.sql": "select -2;\n",
            "migrations/2_again.up.sql": "select 2;\n",
            "migrations/3_c.down.sql": "select -3;\n",
            "migrations/seed.sql": "select 1;\n",
        },
    )
    assert texts(layout) == {"2_a.sql": "select 2;\n", "2_a.down.sql": "select -2;\n", "10_b.sql": "select 10;\n"}
    assert told(layout) == [
        ("2_again.up.sql", 1, "has the number of 2_a.up.sql"),
        ("seed.sql", 1, "golang-migrate does not run a file of this name"),
        ("3_c.down.sql", 1, "goes back, but no file goes forward"),
    ]


def test_flyway_versions_callbacks_and_placeholders(tmp_path: Path):
    layout = adopted(
        "flyway",
        tmp_path,
        {
            "flyway.toml": '[flyway]\nlocations = ["filesystem:db"]\n',
            "db/V1__a.sql": "select 1;\n",
            "db/V1.10__c.sql": "select '${name}';\n",
            "db/V1_2__b.sql": "select 12;\n",
            "db/V1_2__b.sql.conf": "executeInTransaction=false\n",
            "db/R__view.sql": "select 0;\n",
            "db/U1.0__a.sql": "select -1;\n",
            "db/U7__x.sql": "select -7;\n",
            "db/B5__base.sql": "select 5;\n",
            "db/afterMigrate.sql": "select 6;\n",
            "db/V3__java.java": "class V3__java {}\n",
        },
    )
    assert texts(layout) == {
        "0001_a.sql": "select 1;\n",
        "0001_a.down.sql": "select -1;\n",
        "0002_b.sql": "-- schemactl:transaction=none\nselect 12;\n",
        "0003_c.sql": "select '${name}';\n",
        "R__view.sql": "select 0;\n",
    }
    assert sorted(told(layout)) == [
        ("B5__base.sql", 1, "a baseline migration"),
        ("U7__x.sql", 1, "undoes a migration that is not there"),
        ("V1.10__c.sql", 1, "the placeholder ${name}"),
        ("V3__java.java", 1, "a migration that is a program"),
        ("afterMigrate.sql", 1, "a callback: schemactl has none"),
    ]


def test_flyway_placeholders_that_are_off_are_text(tmp_path: Path):
    layout = adopted(
        "flyway",
        tmp_path,
        {"flyway.conf": "flyway.placeholderReplacement=false\n", "sql/V1__a.sql": "select '${name}';\n"},
    )
    assert told(layout) == []


@pytest.mark.parametrize("text", ["123456789", "123456\n789\n", "123\r\n456\r\n789"])
def test_flyway_checksums_do_not_know_line_ends(text: str):
    """The check value that every description of CRC-32 gives, as a signed number."""
    assert checksum(text) == str(0xCBF43926 - (1 << 32))


def test_graphile_headers_placeholders_and_what_is_not_committed(tmp_path: Path):
    layout = adopted(
        "graphile-migrate",
        tmp_path,
        {
            ".gmrc": '{ "placeholders": {":OWNER": "!ENV"}, "afterAllMigrations": ["x.sql"], // why\n}',
            "migrations/committed/000001.sql": "--! Previous: -\n--! Hash: sha1:0\n\nselect ':OWNER';\n",
            "migrations/committed/notes.sql": "",
            "migrations/current.sql": "-- now\nselect 1;\n",
        },
    )
    assert texts(layout) == {"000001_migration.sql": "select ':OWNER';\n"}
    assert sorted(told(layout)) == [
        (".gmrc", 1, "the action `afterAllMigrations`: schemactl has none"),
        ("000001.sql", 1, "its text does not have the hash that its header says"),
        ("000001.sql", 4, "the placeholder :OWNER"),
        ("current.sql", 1, "a current migration that is not committed"),
        ("notes.sql", 1, "graphile-migrate does not run a file of this name"),
    ]


def test_yoyo_orders_by_dependencies_and_tells_programs(tmp_path: Path):
    layout = adopted(
        "yoyo",
        tmp_path,
        {
            "yoyo.ini": "[DEFAULT]\nsources = migrations\n",
            "migrations/20240101_01_abcde-b.sql": "-- depends: 20240101_02_abcde-a\nselect 'b';\n",
            "migrations/20240101_02_abcde-a.sql": "select 'a';\n",
            "migrations/20240103_01_abcde.py": "from yoyo import step\n\ndef f(c):\n    pass\n\nsteps = [step(f)]\n",
            "migrations/20240104_01_abcde-c.sql": "-- depends: nothing\n-- transactional: false\nselect 'c';\n",
            "migrations/post-apply.sql": "select 1;\n",
        },
    )
    # Its own digits fall, so that all are numbered.
    assert list(texts(layout)) == ["0001_a.sql", "0002_b.sql", "0003_migration.sql", "0004_c.sql"]
    assert texts(layout)["0004_c.sql"] == "-- schemactl:transaction=none\nselect 'c';\n"
    assert sorted(told(layout)) == [
        ("20240103_01_abcde.py", 6, "a step that is a program"),
        ("20240104_01_abcde-c.sql", 1, "depends on nothing, which is not there"),
        ("post-apply.sql", 1, "a hook that runs after every run"),
    ]


def test_yoyo_migrations_in_a_circle_are_refused(tmp_path: Path):
    one = tools.named("yoyo")
    files(tmp_path, {"m/a.sql": "-- depends: b\n", "m/b.sql": "-- depends: a\n"})
    with pytest.raises(ConfigError, match="depend on each other"):
        one.read(Place(tmp_path / "m", one.tables, ""))


def test_sqitch_scripts_for_psql_are_told_at_their_line(tmp_path: Path):
    plan = (
        "%syntax-version=1.0.0\n%project=shop\n%uri=https://example.org/\n\n"
        "a 2024-01-01T00:00:00Z Ada <ada@example.org> # first\n"
        "@v1 2024-01-01T00:00:00Z Ada <ada@example.org>\n"
        "sub/b [a c:d] 2024-01-02T00:00:00Z Ada <ada@example.org>\n"
        "lost 2024-01-03T00:00:00Z Ada <ada@example.org>\n"
    )
    layout = adopted(
        "sqitch",
        tmp_path,
        {
            "sqitch.conf": '[core]\n\tengine = pg\n[engine "pg"]\n\tregistry = meta\n',
            "sqitch.plan": plan,
            "deploy/a.sql": "-- Deploy\nBEGIN;\nselect 1;\nCOMMIT;\n",
            "deploy/sub/b.sql": "BEGIN;\n\\set x 1\nselect :x;\nCOMMIT;\n",
        },
    )
    assert texts(layout)["0001_a.sql"] == "-- Deploy\n\nselect 1;\n"
    assert [place[:2] for place in told(layout)] == [("sqitch.plan", 8), ("b.sql", 2)]
    place = tools.named("sqitch").find(tmp_path)
    assert place is not None
    assert place.tables == ("meta.changes", "meta.events")


def test_a_plan_that_is_none_is_refused_at_its_line(tmp_path: Path):
    one = tools.named("sqitch")
    place = one.find(files(tmp_path, {"sqitch.plan": "%project=x\n\nno change\n"}))
    assert place is not None
    with pytest.raises(SourceError, match="3: no line of a Sqitch plan"):
        one.read(place)


def test_alembic_sections_lose_its_own_bookkeeping(tmp_path: Path):
    offline = (
        "BEGIN;\n\nCREATE TABLE alembic_version (version_num text);\n\n-- Running upgrade  -> a\n\nselect 1;\n\n"
        "INSERT INTO alembic_version (version_num) VALUES ('a');\n\n-- Running upgrade a -> b\n\nCOMMIT;\n\n"
        "select 2;\n\nBEGIN;\n\nUPDATE alembic_version SET version_num='b' WHERE x;\n\nCOMMIT;\n"
    )
    layout = adopted("alembic", tmp_path, {"alembic.ini": "[alembic]\n", "upgrade.sql": offline})
    assert texts(layout) == {
        "0001_a.sql": "select 1;\n",
        "0002_b.sql": "-- schemactl:transaction=none\nselect 2;\n",
    }
    known = [one.counterpart for one in layout.migrations]
    applied = tools.named("alembic").applied([[{"version_num": "b"}]], known)
    assert {one.identity for one in applied} == {"a", "b"}


def test_an_alembic_head_that_is_not_in_the_sql_says_nothing_of_what_it_builds_on():
    with pytest.raises(HistoryError, match="revision zz, which is not in the SQL here"):
        tools.named("alembic").applied([[{"version_num": "zz"}]], [Counterpart("a", "0001_a.sql")])
    assert tools.named("alembic").applied([[]], []) == ()


def test_an_alembic_head_without_any_sql_leaves_the_word_to_the_findings():
    assert tools.named("alembic").applied([[{"version_num": "zz"}]], []) == (Applied("zz"),)


def test_alembic_revisions_must_all_be_in_the_sql(tmp_path: Path):
    layout = adopted(
        "alembic",
        tmp_path,
        {
            "alembic.ini": "[alembic]\nscript_location = %(here)s/al\n",
            "al/versions/c.py": '"""Third."""\nrevision: str = "c"\ndown_revision = "b"\n',
            "upgrade.sql": "-- Running upgrade a -> b\n\nselect 2;\n",
        },
    )
    assert told(layout) == [
        ("c.py", 1, "a revision that is not in the SQL"),
        ("upgrade.sql", 3, "revision b builds on a, which is not in the SQL"),
    ]


def test_transaction_control_in_the_middle_is_told_and_at_the_edges_left_out(tmp_path: Path):
    layout = adopted(
        "golang-migrate",
        tmp_path,
        {
            "migrations/1_a.up.sql": "/* why */ BEGIN; select 1; COMMIT; -- end\n",
            "migrations/2_b.up.sql": "select 1;\nCOMMIT;\nBEGIN;\nselect 2;\n",
            "migrations/3_c.up.sql": "select 1 from;\n",
        },
    )
    assert texts(layout)["1_a.sql"] == "/* why */ select 1; -- end\n"
    assert [place[:2] for place in told(layout)] == [("2_b.up.sql", 2), ("2_b.up.sql", 3), ("3_c.up.sql", 1)]


def test_two_files_cannot_become_one(tmp_path: Path):
    layout = adopted("flyway", tmp_path, {"sql/R___x.sql": "select 1;\n", "sql/R__x.sql": "select 2;\n"})
    assert [message for _, _, message in told(layout)] == ["becomes R__x.sql, as R___x.sql does"]


def test_a_failed_deploy_of_sqitch_must_be_settled():
    known = [Counterpart("shop:a", "0001_a.sql")]
    event = {"project": "shop", "change": "b", "event": "fail", "committed_at": "2"}
    with pytest.raises(HistoryError, match="failed, at b"):
        tools.named("sqitch").applied([[], [event]], known)
    other = {**event, "project": "other", "committed_at": "3"}
    done = {**event, "event": "deploy", "committed_at": "3"}
    assert tools.named("sqitch").applied([[], [event, done, other]], known) == ()


def test_a_lock_of_yoyo_must_be_free():
    with pytest.raises(HistoryError, match="process 7"):
        tools.named("yoyo").applied([[], [{"pid": 7}]], [])
    assert tools.named("yoyo").applied([[], []], []) == ()


@pytest.mark.parametrize(
    "name", ["yoyo.ini", "sqitch.conf", "alembic.ini", ".gmrc", "flyway.conf", "Cargo.toml", ".env"]
)
def test_settings_that_cannot_be_read_stop_nobody(name: str, tmp_path: Path):
    (tmp_path / name).write_bytes(b"[[\xff = \nno section\n")
    found = {tool.name for tool, _ in tools.found_in(files(tmp_path, {"db/migrations/1_a.sql": "-- migrate:up\n"}))}
    assert "dbmate" in found
