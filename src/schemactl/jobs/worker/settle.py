"""Acknowledgements: what handlers gave back is committed, once, in as few statements as the queue allows."""

from collections.abc import Callable, Sequence

from schemactl.jobs.claims import Claim, ClaimLost, Result
from schemactl.jobs.policy import POLICY, backoff
from schemactl.jobs.states import ErrorCode, State
from schemactl.jobs.store import Store
from schemactl.jobs.worker.handlers import Failure
from schemactl.jobs.worker.settings import Point

Chance = Callable[[], float]
Settled = list[tuple[Claim, State | None]]


def settle(store: Store, batch: Sequence[tuple[Claim, Result | Failure]], point: Point, chance: Chance) -> Settled:
    """Commit how attempts ended; gives each claim's new state, None where it was lost.

    May be called again with the same batch when the answer was lost. Raises psycopg.OperationalError then.
    """
    good = [(claim, outcome) for claim, outcome in batch if isinstance(outcome, Result)]
    settled = _complete_together(store, good, point) if not store.spec.functions.complete else None
    if settled is None:
        settled = [_complete(store, claim, result, point) for claim, result in good]
    for claim, outcome in batch:
        if isinstance(outcome, Failure):
            settled.append((claim, _fail(store, claim, outcome, point, chance)))
    return settled


def _complete_together(store: Store, good: Sequence[tuple[Claim, Result]], point: Point) -> Settled | None:
    """All in one transaction; None when one of them cannot be stored, so that it must not spoil the others."""
    import psycopg

    if not good:
        return []
    try:
        with store.connection.transaction():
            lost = set(store.complete_all(good))
            point("acknowledged", tuple(claim for claim, _ in good))
    except psycopg.OperationalError:
        raise
    except psycopg.Error:
        return None
    return [(claim, None if claim in lost else store.state_of(result)) for claim, result in good]


def _complete(store: Store, claim: Claim, result: Result, point: Point) -> tuple[Claim, State | None]:
    import psycopg

    try:
        with store.connection.transaction():
            state = store.complete(claim, result)
            point("acknowledged", (claim,))
    except ClaimLost:
        return claim, None
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        failure = Failure(ErrorCode.UNEXPECTED_ERROR, f"the result cannot be stored: {str(error).splitlines()[0]}")
        return claim, _fail(store, claim, failure, point, lambda: 0.5)
    return claim, state


def _fail(store: Store, claim: Claim, failure: Failure, point: Point, chance: Chance) -> State | None:
    reaction = POLICY[failure.code]
    delay = backoff(reaction, claim.attempt, chance=chance(), retry_after=failure.retry_after)
    try:
        with store.connection.transaction():
            state = store.fail(claim, failure.code, failure.message, retryable=reaction.retry, backoff=delay)
            point("acknowledged", (claim,))
    except ClaimLost:
        return None
    return state
