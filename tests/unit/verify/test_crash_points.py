"""The points at which a file dies on trial: all of a short one, a bounded number of a long one."""

from pathlib import Path

from schemactl.migrations.files import load
from schemactl.verify.chain import Chain, Step
from schemactl.verify.checks.crash import crash_points


def step_of(folder: Path, text: str) -> Step:
    (folder / "1_file.sql").write_text(text)
    (step,) = Chain.of(load(folder))
    return step


def test_every_point_of_a_short_file(tmp_path: Path):
    assert crash_points(step_of(tmp_path, "select 1;" * 200)) == tuple(range(1, 200))


def test_one_statement_has_no_point(tmp_path: Path):
    assert crash_points(step_of(tmp_path, "select 1;")) == ()


def test_a_long_file_costs_a_bounded_number_of_statements(tmp_path: Path):
    for count in (400, 2000):
        points = crash_points(step_of(tmp_path, "select 1;" * count))
        assert sum(points) <= 30_000
        assert points[0] == 1
        assert points[-1] == count - 1
        assert len(points) >= 20


def test_where_something_is_about_to_go_a_long_file_is_tried_too(tmp_path: Path):
    text = (
        "select 1;" * 1000
        + "drop table if exists t;"
        + "select 1;" * 7
        + "alter table t drop column a;"
        + "select 1;" * 991
    )
    assert {1000, 1008} <= set(crash_points(step_of(tmp_path, text)))


def test_a_file_that_commits_each_statement_is_tried_at_few_points(tmp_path: Path):
    text = "alter type t add value 'a';" + "select 1;" * 300
    assert len(crash_points(step_of(tmp_path, text))) <= 25
