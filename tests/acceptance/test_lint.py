"""`schemactl lint` as a user runs it."""

from pathlib import Path

from tests.support.program import run


def test_a_folder(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (id bigint PRIMARY KEY);\n", encoding="utf-8")
    (tmp_path / "0002_b.sql").write_text("ALTER TABLE a ADD COLUMN b text NOT NULL;\n", encoding="utf-8")
    done = run("lint", tmp_path, "--format", "json", "--select", "locks")
    assert done.code == 1
    (finding,) = done.json["findings"]
    assert finding["rule"] == "adding-required-field"
    assert finding["statement"] == 1
    assert done.json["lint"]["coverage"]["statements"] == 2


def test_standard_input_and_one_file_with_its_earlier_siblings(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (v varchar(10));\n", encoding="utf-8")
    (tmp_path / "0002_b.sql").write_text("ALTER TABLE a ALTER COLUMN v TYPE varchar(20);\n", encoding="utf-8")
    done = run("lint", tmp_path / "0002_b.sql", "--select", "changing-column-type", "--format", "json")
    assert (done.code, done.json["findings"]) == (0, [])


def test_bad_input_is_said_clearly(tmp_path: Path):
    (tmp_path / "0001_a.sql").write_bytes(b"SELECT '\xff';\n")
    (tmp_path / "0002_b.sql").write_text("SELEC 1;\n", encoding="utf-8")
    (tmp_path / "0003_c.sql").write_text("DROP TABLE a;\n", encoding="utf-8")
    done = run("lint", tmp_path, "--format", "json")
    assert done.code == 1
    assert [(f["rule"], f["line"], f["column"]) for f in done.json["findings"]][:2] == [
        ("syntax-error", 1, 9),
        ("syntax-error", 1, 1),
    ]
    assert "ban-drop-table" in {finding["rule"] for finding in done.json["findings"]}
    assert run("lint", tmp_path / "missing").code == 2
    unknown = run("lint", tmp_path, "--select", "ban-drop-tabel")
    assert unknown.code == 2
    assert "ban-drop-table" in unknown.err
