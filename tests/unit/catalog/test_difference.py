from types import MappingProxyType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemactl.catalog.difference import Action, AttributeChange, difference
from schemactl.catalog.snapshot import Identity, Snapshot, from_json

TABLE = Identity("table", ("public", "t"))


def snapshot(objects: dict[Identity, Any], version: int = 180000) -> Snapshot:
    return Snapshot(version, MappingProxyType(dict(sorted(objects.items()))))


def columns(*names: str) -> Snapshot:
    positions = {Identity("column", ("public", "t", n)): {"position": i + 1} for i, n in enumerate(names)}
    return snapshot({TABLE: {}, **positions})


def test_what_came_what_went_and_what_changed():
    before = snapshot({TABLE: {"comment": "a"}, Identity("enum", ("public", "gone")): {"labels": ["x"]}})
    after = snapshot({TABLE: {"comment": "b"}, Identity("schema", ("new",)): {"owner": "me"}})
    gone, new, changed = difference(before, after)
    assert (gone.action, gone.object.kind) == (Action.REMOVED, "enum")
    assert gone.attributes == (AttributeChange("labels", ["x"], None),)
    assert (new.action, new.object.path) == (Action.ADDED, ("new",))
    assert changed.attributes == (AttributeChange("comment", "a", "b"),)


def test_grants_are_compared_by_grantee():
    before = snapshot({TABLE: {"grants": {"a": ["SELECT"], "b": ["SELECT"]}}})
    after = snapshot({TABLE: {"grants": {"a": ["SELECT"], "b": ["ALL"], "c": ["SELECT"]}}})
    (change,) = difference(before, after)
    assert change.attributes == (
        AttributeChange("grants.b", ["SELECT"], ["ALL"]),
        AttributeChange("grants.c", None, ["SELECT"]),
    )


def test_a_column_that_only_moves_up_has_not_changed():
    (change,) = difference(columns("a", "b", "c"), columns("b", "c"))
    assert (change.action, change.object.path) == (Action.REMOVED, ("public", "t", "a"))


def test_columns_that_change_places_are_one_change_of_the_table():
    (change,) = difference(columns("a", "b", "c"), columns("a", "c", "b"))
    assert change.object == TABLE
    assert change.attributes == (AttributeChange("column_order", ["a", "b", "c"], ["a", "c", "b"]),)


def test_a_new_column_in_the_middle_and_one_at_the_end_differ_in_order():
    assert difference(columns("a", "x", "b"), columns("a", "b", "x"))


def test_the_name_of_a_not_null_is_compared_where_both_servers_have_one():
    column = Identity("column", ("public", "t", "a"))
    named = {column: {"position": 1, "not_null": True, "not_null_name": "mine"}}
    nameless = {column: {"position": 1, "not_null": True}}
    assert difference(snapshot(nameless), snapshot(named))
    assert not difference(snapshot(nameless, 150000), snapshot(named))


def public(owner: str, grants: list[str], version: int) -> Snapshot:
    schema = {"owner": owner, "grants": {"(owner)": ["ALL"], "PUBLIC": grants}}
    return snapshot({Identity("schema", ("public",)): schema}, version)


def test_the_schema_that_every_database_begins_with_differs_between_versions_by_itself():
    older, newer = public("postgres", ["ALL"], 140000), public("pg_database_owner", ["USAGE"], 180000)
    assert not difference(older, newer)
    assert not difference(newer, older)
    assert difference(public("postgres", ["ALL"], 160000), newer)
    assert difference(public("postgres", ["ALL"], 140000), public("pg_database_owner", [], 180000))
    assert difference(public("postgres", ["ALL"], 140000), public("app", ["USAGE"], 180000))


VALUES = st.booleans() | st.text(max_size=3) | st.lists(st.text(max_size=2), max_size=2)
ATTRIBUTES = st.dictionaries(
    st.sampled_from("abc"), VALUES | st.dictionaries(st.sampled_from("pq"), VALUES, min_size=1), max_size=3
)
IDENTITIES = st.builds(Identity, st.sampled_from(["table", "enum"]), st.tuples(st.just("s"), st.sampled_from("xyz")))
SNAPSHOTS = st.dictionaries(IDENTITIES, ATTRIBUTES, max_size=4).map(snapshot)


@given(SNAPSHOTS, SNAPSHOTS)
def test_no_difference_exactly_when_the_fingerprints_agree(before: Snapshot, after: Snapshot):
    assert (difference(before, after) == ()) == (before.fingerprint == after.fingerprint)


@given(SNAPSHOTS)
def test_a_snapshot_survives_being_stored(taken: Snapshot):
    read = from_json(taken.to_json())
    assert read.objects == taken.objects
    assert read.fingerprint == taken.fingerprint
    assert read.to_json() == taken.to_json()
