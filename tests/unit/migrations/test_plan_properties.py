"""What holds of every plan, whatever the files and the history."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.support.migrations import folder, migration, recorded

from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Folder, Migration, Version
from schemactl.migrations.plan import Standing, plan

NUMBERS = range(1, 9)
TEXTS = ("SELECT 1;", "-- one\nselect 1", "SELECT 2;", "SELECT 1; SELECT 2;", "SELECT 1; SELECT 3;", "")
REPEATABLES = ("a", "b")


@st.composite
def files(draw: st.DrawFn) -> Folder:
    found = [
        migration(f"{n:04}_m", draw(st.sampled_from(TEXTS))) for n in sorted(draw(st.sets(st.sampled_from(NUMBERS))))
    ]
    found += [
        migration(f"R__{name}", draw(st.sampled_from(TEXTS))) for name in draw(st.sets(st.sampled_from(REPEATABLES)))
    ]
    return folder(*found)


@st.composite
def histories(draw: st.DrawFn) -> tuple[HistoryRow, ...]:
    stems = [f"{n:04}_m" for n in draw(st.sets(st.sampled_from(NUMBERS)))]
    stems += [f"R__{name}" for name in draw(st.sets(st.sampled_from(REPEATABLES)))]
    rows = [_row(draw, migration(stem, draw(st.sampled_from(TEXTS)))) for stem in stems]
    return tuple(draw(st.permutations(rows)))


def _row(draw: st.DrawFn, one: Migration) -> HistoryRow:
    row = recorded(one)
    state = draw(st.sampled_from(State)) if one.version else draw(st.sampled_from((State.APPLIED, State.FAILED)))
    done = row.total if state.complete else draw(st.integers(0, row.total))
    return replace(row, state=state, done=done)


def applied(result_folder: Folder, history: tuple[HistoryRow, ...], **options) -> tuple[HistoryRow, ...]:
    """The history once the plan has been carried out: its steps run, its cosmetic edits recorded anew."""
    result = plan(result_folder, history, **options)
    fresh = [recorded(step.migration) for step in result.steps]
    fresh += [
        replace(recorded(entry.migration), state=entry.row.state)
        for entry in result.cosmetic
        if entry.migration and entry.row
    ]
    return tuple({_key(row): row for row in (*history, *fresh)}.values())


def _key(row: HistoryRow) -> object:
    return row.version or row.name


@given(files(), histories(), st.booleans())
def test_every_file_and_every_row_is_accounted_for_once(found: Folder, history: tuple[HistoryRow, ...], free: bool):
    entries = plan(found, history, out_of_order=free).entries
    assert sorted(e.migration.path for e in entries if e.migration) == sorted(m.path for m in found.migrations)
    assert len([e for e in entries if e.row]) == len(history)


@given(files(), histories(), st.booleans())
def test_steps_run_by_number_and_repeatables_last(found: Folder, history: tuple[HistoryRow, ...], free: bool):
    steps = plan(found, history, out_of_order=free).steps
    order = [
        (step.migration.version is None, step.migration.version or Version(0, ""), step.migration.name)
        for step in steps
    ]
    assert order == sorted(order)


@given(files(), histories(), st.booleans())
def test_nothing_complete_runs_again_but_a_changed_repeatable(
    found: Folder, history: tuple[HistoryRow, ...], free: bool
):
    for step in plan(found, history, out_of_order=free).steps:
        assert step.row is None or not step.row.state.complete or step.migration.repeatable
        assert step.done == 0 or (
            step.standing is Standing.RESUME and step.row is not None and step.done == step.row.done
        )


@given(files(), histories())
def test_the_order_of_the_history_does_not_matter(found: Folder, history: tuple[HistoryRow, ...]):
    assert plan(found, history) == plan(found, reversed(history))


@given(files(), histories())
def test_allowing_out_of_order_only_turns_refusals_into_steps(found: Folder, history: tuple[HistoryRow, ...]):
    strict, free = plan(found, history), plan(found, history, out_of_order=True)
    for before, after in zip(strict.entries, free.entries, strict=True):
        if before.standing is Standing.REFUSED:
            assert after.standing is Standing.OUT_OF_ORDER
        else:
            assert before == after


@given(files(), histories())
def test_a_plan_carried_out_leaves_nothing_to_do(found: Folder, history: tuple[HistoryRow, ...]):
    if plan(found, history).conflicts:
        return
    again = plan(found, applied(found, history))
    assert not again.steps
    assert not again.cosmetic
    assert not again.conflicts


@given(files(), histories(), st.data())
def test_stopping_on_the_way_ends_in_the_same_place(
    found: Folder, history: tuple[HistoryRow, ...], data: st.DataObject
):
    if not found.versioned or plan(found, history).conflicts:
        return
    halt = data.draw(st.sampled_from([one.version for one in found.versioned]))
    halted = applied(found, history, to=halt)
    straight = {step.migration.path for step in plan(found, history).steps}
    first = {step.migration.path for step in plan(found, history, to=halt).steps}
    second = {step.migration.path for step in plan(found, halted).steps}
    assert first | second == straight
    assert not first & second
