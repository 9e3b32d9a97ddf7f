"""What jobs may look like after each step of an interleaving: a model that knows the rules and not the queue."""

from dataclasses import dataclass

from schemactl.jobs.claims import Claim
from schemactl.jobs.exercise.stage import Job
from schemactl.jobs.states import State


@dataclass(eq=False)
class Held:
    """A claim that a worker remembers; `ended` is the call by which it ended, None while nobody ended it."""

    claim: Claim
    job: "Expected"
    ended: str | None = None

    @property
    def live(self) -> bool:
        """Whether the claim is still the job's."""
        return self.job.holder is self


@dataclass(eq=False)
class Expected:
    """A job as it must be. `may` are the states the last step allows; `due` and `waited` are None where unknown."""

    job: Job
    allowed: int
    state: State = State.WAITING
    may: frozenset[State] = frozenset({State.WAITING})
    failures: int = 0
    starts: int = 0
    holder: Held | None = None
    last: Held | None = None
    expired: bool = False
    due: bool | None = True
    waited: bool | None = False

    @property
    def claimable(self) -> bool | None:
        """Whether a claim must find it; None where it may."""
        if self.state is not State.WAITING or self.failures >= self.allowed:
            return False
        return self.due

    def set(self, *states: State) -> None:
        """The states that the step allows."""
        self.may = frozenset(states)
        self.state = states[0]

    def claimed(self, claim: Claim) -> Held:
        """A worker has it now."""
        self.holder = self.last = Held(claim, self)
        self.starts += 1
        self.expired = False
        self.set(State.RUNNING)
        return self.holder

    def ended(self, call: str, state: State) -> None:
        """The live claim ended the job."""
        if self.holder:
            self.holder.ended = call
        self.holder = None
        self.set(state)

    def failed(self, call: str, *, retryable: bool = True) -> None:
        """An attempt failed: waiting again, or failed at the limit."""
        self.failures += 1
        final = not retryable or self.failures >= self.allowed
        self.ended(call, State.FAILED if final else State.WAITING)

    def begun(self, job: Job) -> None:
        """Somebody asked for it again after its end."""
        self.job = job
        self.failures = self.starts = 0
        self.holder = self.last = None
        self.due, self.waited = True, None
        self.set(State.WAITING)
