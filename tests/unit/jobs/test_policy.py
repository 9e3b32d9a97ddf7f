from hypothesis import given
from hypothesis import strategies as st

from schemactl.jobs.policy import POLICY, backoff
from schemactl.jobs.states import FINAL, TRANSITIONS, Call, ErrorCode, State

codes = st.sampled_from(ErrorCode)
chances = st.floats(0, 1)


def test_every_code_has_a_reaction():
    assert set(POLICY) == set(ErrorCode)


def test_what_cannot_be_mended_is_not_tried_again():
    assert {code for code in ErrorCode if not POLICY[code].retry} == {
        ErrorCode.VALIDATION_FAILED,
        ErrorCode.CONFIG_ERROR,
    }


@given(codes, st.integers(1, 10**6), chances)
def test_a_backoff_grows_to_its_cap_and_no_further(code: ErrorCode, failures: int, chance: float):
    reaction = POLICY[code]
    delay = backoff(reaction, failures, chance=chance)
    assert 0 <= delay <= reaction.cap
    assert backoff(reaction, failures + 1, chance=chance) >= delay


@given(codes, st.integers(1, 50), chances, st.floats(0, 10**5))
def test_what_the_other_side_asked_for_is_never_undercut(code: ErrorCode, failures: int, chance: float, asked: float):
    assert backoff(POLICY[code], failures, chance=chance, retry_after=asked) >= asked


def test_jobs_that_failed_together_come_back_apart():
    reaction = POLICY[ErrorCode.AI_TIMEOUT]
    assert backoff(reaction, 3, chance=0.1) < backoff(reaction, 3, chance=0.9)


def test_nothing_leaves_an_end_by_itself():
    assert not [state for state, call in TRANSITIONS if state in FINAL]
    assert {call for _, call in TRANSITIONS} == set(Call)
    assert set(State) - FINAL == {State.IDLE, State.WAITING, State.RUNNING}
