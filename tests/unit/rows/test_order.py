"""Parents before children; what needs itself comes together."""

from hypothesis import given
from hypothesis import strategies as st

from schemactl.rows.model import Field, Path, Reference, Table
from schemactl.rows.order import closure, components, ordered
from schemactl.rows.types import Type

INTEGER = Type("integer", "integer")


def table(name: str, *parents: str) -> Table:
    """A table with a reference to each parent; one that ends in `?` may be NULL."""
    wanted = [(parent.rstrip("?"), not parent.endswith("?")) for parent in parents]
    fields = {f"to_{parent}": Field(f"to_{parent}", INTEGER, required) for parent, required in wanted}
    references = tuple(Reference(f"r_{p}", (f"to_{p}",), ("public", p), ("id",)) for p, _ in wanted)
    path = ("public", name)
    return Table(path, path, fields, references=references)


def names(groups: list[tuple[Path, ...]]) -> list[set[str]]:
    return [{path[-1] for path in group} for group in groups]


def tables(*all_: Table) -> dict[Path, Table]:
    return {one.path: one for one in all_}


def test_parents_come_first():
    assert names(ordered(tables(table("c", "b"), table("b", "a"), table("a")))) == [{"a"}, {"b"}, {"c"}]


def test_tables_that_need_each_other_come_together():
    groups = names(ordered(tables(table("child", "hen"), table("hen", "egg"), table("egg", "hen"))))
    assert groups == [{"hen", "egg"}, {"child"}]


def test_a_cycle_is_entered_where_a_reference_may_be_null():
    groups = names(ordered(tables(table("account", "contact?"), table("contact", "account"))))
    assert groups == [{"account"}, {"contact"}]


def test_a_reference_that_may_be_null_is_served_where_it_can_be():
    assert names(ordered(tables(table("a", "b?"), table("b")))) == [{"b"}, {"a"}]


def test_closure_reaches_all_ancestors():
    known = tables(table("c", "b?"), table("b", "a", "b"), table("a"), table("other"))
    assert closure([("public", "c")], known) == {("public", name) for name in "abc"}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sets(st.sampled_from("abcdefgh"))))
def test_every_component_comes_after_those_it_leads_to(drawn: dict[str, set[str]]):
    edges: dict[Path, set[Path]] = {(node,): {(n,) for n in targets if n in drawn} for node, targets in drawn.items()}
    found = components(edges)
    assert sorted(path for group in found for path in group) == sorted(edges)
    place = {path: number for number, group in enumerate(found) for path in group}
    for node, targets in edges.items():
        assert all(place[target] <= place[node] for target in targets)
        assert all((place[target] == place[node]) is (node in reach(edges, target)) for target in targets)


def reach(edges: dict[Path, set[Path]], start: Path) -> set[Path]:
    seen: set[Path] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(edges[node])
    return seen
