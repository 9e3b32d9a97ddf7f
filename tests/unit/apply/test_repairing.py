from dataclasses import replace

import pytest
from tests.support.migrations import folder, migration, recorded

from schemactl.apply.repairing import Deed, in_order, mark, propose
from schemactl.core.errors import ConfigError
from schemactl.migrations.history import State
from schemactl.migrations.model import Version

A = migration("1_a", "create table a ()")
B = migration("2_b", "create table b ()")
C = migration("3_c", "create table c ()")


def told(repairs) -> list[tuple[str, Deed, str | None]]:
    return [(one.title, one.deed, one.migration.path.stem if one.migration else None) for one in repairs]


def test_agreement_needs_no_repair():
    assert propose(folder(A, B), [recorded(A), recorded(B)]) == ()
    assert propose(folder(A, B), [recorded(A)]) == ()


def test_a_file_with_another_number_is_known_by_its_content():
    moved = migration("5_b", B.text + " -- moved")
    assert told(propose(folder(A, moved), [recorded(A), recorded(B)])) == [("2_b", Deed.RENUMBER, "5_b")]


def test_a_number_given_to_another_file_and_the_file_moved_on_are_one_renumbering():
    other, moved = migration("2_x", "create table x ()"), migration("3_b", B.text)
    assert told(propose(folder(A, other, moved), [recorded(A), recorded(B)])) == [("2_b", Deed.RENUMBER, "3_b")]


def test_files_that_all_moved_up_by_one_are_renumbered_from_the_top():
    files = folder(A, migration("3_b", B.text), migration("4_c", C.text))
    found = propose(files, [recorded(A), recorded(B), recorded(C)])
    assert told(found) == [("2_b", Deed.RENUMBER, "3_b"), ("3_c", Deed.RENUMBER, "4_c")]
    assert [one.title for one in in_order(found)] == ["3_c", "2_b"]


def test_files_that_swapped_numbers_are_forgotten_and_marked():
    files = folder(migration("2_c", C.text), migration("3_b", B.text))
    found = propose(files, [recorded(B), recorded(C)])
    assert told(found) == [("2_b", Deed.RENUMBER, "3_b"), ("3_c", Deed.RENUMBER, "2_c")]
    assert told(in_order(found)) == [
        ("2_b", Deed.FORGET, None),
        ("3_c", Deed.FORGET, None),
        ("3_b", Deed.APPLIED, "3_b"),
        ("2_c", Deed.APPLIED, "2_c"),
    ]


def test_a_row_whose_number_went_to_another_one_s_file_is_forgotten():
    files = folder(A, migration("3_b", B.text))
    assert told(propose(files, [recorded(A), recorded(B), recorded(C)])) == [
        ("2_b", Deed.RENUMBER, "3_b"),
        ("3_c", Deed.FORGET, None),
    ]


def test_two_files_of_the_same_content_prove_nothing():
    twins = migration("5_b", B.text), migration("6_b", B.text)
    assert told(propose(folder(A, *twins), [recorded(A), recorded(B)])) == [("2_b", Deed.FORGET, None)]


def test_an_edit_is_recorded_and_a_file_that_is_gone_is_forgotten():
    edited = migration("1_a", "create table a (id int)")
    rows = [recorded(A), recorded(B), recorded(C)]
    assert told(propose(folder(edited, C), rows)) == [("1_a", Deed.RERECORD, "1_a"), ("2_b", Deed.FORGET, None)]
    assert told(propose(folder(edited, C), rows, frozenset({Version(2, "2")}))) == [("2_b", Deed.FORGET, None)]


def test_what_is_out_of_order_or_newer_than_the_files_is_left_alone():
    assert propose(folder(A, B), [recorded(A), recorded(C)]) == ()
    assert propose(folder(A, B, C), [recorded(A), recorded(C)]) == ()


def test_a_person_s_word_marks_versions():
    rows = [replace(recorded(A), state=State.FAILED, done=0)]
    assert told(mark(folder(A, B), rows, [Version(1, "1"), Version(2, "02")], Deed.APPLIED)) == [
        ("1_a", Deed.APPLIED, "1_a"),
        ("2_b", Deed.APPLIED, "2_b"),
    ]
    assert told(mark(folder(B), rows, [Version(1, "1")], Deed.PENDING)) == [("1_a", Deed.PENDING, None)]
    for deed, version in ((Deed.APPLIED, 9), (Deed.PENDING, 2)):
        with pytest.raises(ConfigError, match=f"has no migration {version}"):
            mark(folder(A, B), rows, [Version(version, str(version))], deed)
