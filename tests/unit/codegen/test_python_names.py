import pytest

from schemactl.codegen.python import names


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("song_variants", "SongVariants"),
        ("Weird Table", "WeirdTable"),
        ("1st", "n1st"),
        ("ünï_x", "ÜnïX"),
        ("-", "Unnamed"),
    ],
)
def test_a_relation_names_a_class(name: str, written: str):
    assert names.class_name(name) == written


@pytest.mark.parametrize(
    ("label", "written"),
    [("in progress", "IN_PROGRESS"), ("", "EMPTY"), ("3d", "n3D"), ("a-b", "A_B"), ("none", "NONE"), ("💥", "EMPTY")],
)
def test_a_label_names_a_member(label: str, written: str):
    assert names.member_name(label) == written


@pytest.mark.parametrize(
    ("name", "written"), [("class", "class_"), ("a b", "a_b"), ("9", "n9"), ("x", "x"), ("taken", "taken_")]
)
def test_a_column_names_a_field(name: str, written: str):
    assert names.identifier(name, {"taken"}) == written


def test_names_are_told_apart():
    assert names.distinct(["a", "b", "a", "a2", "a"]) == ["a", "b", "a2", "a22", "a3"]
