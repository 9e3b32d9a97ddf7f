"""[jobs.<name>]: tables whose rows are jobs, as frozen values. Part of `schemactl.core.config`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class JobStates:
    """[jobs.<name>.states]. The label of the status column for each meaning; a meaning that does not occur is left out.

    Where `waiting` and `running` share a label, a row without a lease is waiting.
    """

    idle: str | None = None
    """No job yet."""
    waiting: str = "pending"
    """To be claimed by a worker."""
    running: str = "processing"
    """Claimed by a worker."""
    done: str = "completed"
    """Ended well."""
    partial: str | None = None
    """Ended, with a part of the results."""
    failed: str = "failed"
    """Ended badly: no attempt is left."""
    cancelled: str | None = None
    """Ended because somebody asked for it."""


@dataclass(frozen=True, slots=True)
class JobColumns:
    """[jobs.<name>.columns]. Columns of the table, where it has them."""

    key: str = "id"
    """The primary key."""
    status: str = "status"
    """Holds the labels of `states`."""
    owner: str | None = None
    """Whose job it is."""
    error_code: str | None = None
    """Why it failed, as a code."""
    error_message: str | None = None
    """Why it failed, in words."""
    attempts: str | None = None
    """How many attempts have failed, crashes included."""
    max_attempts: str | None = None
    """The job fails when `attempts` reaches it; it starts at most max(1, that) times."""
    lease_token: str | None = None
    """Drawn anew at every claim; each later write must show it."""
    lease_expires_at: str | None = None
    """From then on the worker counts as dead."""
    due: str | None = None
    """Not claimed before."""
    created: str | None = "created_at"
    """When the job came to be."""
    started: str | None = None
    """Start of the latest attempt."""
    completed: str | None = None
    """When it ended."""
    progress: str | None = None
    """0 to 100."""
    step: str | None = None
    """What is under way, in words."""
    results: tuple[str, ...] = ()
    """Filled from what a handler returns."""


@dataclass(frozen=True, slots=True)
class JobFunctions:
    """[jobs.<name>.functions]. SQL to run instead of schemactl's own, with psql's variables: `select f(:'id')`.

    Which variables a text names says what it needs: one without `:'token'` is not fenced.
    """

    create: str | None = None
    """Gives job_id, job_status, created; `:'owner'`, `:'regenerate'`, `:'request'`, `:'max_attempts'`."""
    claim: str | None = None
    """Gives rows of the table; `:'worker'`, `:'lease'`."""
    heartbeat: str | None = None
    """`:'id'`, `:'token'`, `:'lease'`."""
    complete: str | None = None
    """Gives the status; `:'id'`, `:'token'`, `:'result'`."""
    fail: str | None = None
    """Gives the status; `:'id'`, `:'token'`, `:'code'`, `:'message'`, `:'retryable'`, `:'backoff'`."""
    cancel: str | None = None
    """Gives the status; `:'id'`."""
    reset: str | None = None
    """Gives the status; `:'id'`: a job whose worker is dead."""
    sweep: str | None = None
    """Gives how many; `:'limit'`: every job whose lease has expired."""
    expire: str | None = None
    """Gives how many; `:'waited'`, `:'limit'`: jobs that nobody claimed."""
    lost: str = "PJ001"
    """The SQLSTATE by which these say that the claim is lost."""


@dataclass(frozen=True, slots=True)
class JobDeadLetters:
    """[jobs.<name>.dead_letters]. Where a failed job leaves its letter."""

    table: str | None = None
    """The table; none keeps no letters."""
    written_by: str = "runner"
    """Who writes them: `runner`, in the statement that fails the job, or `database`, a trigger."""
    job: str | None = None
    """The column that names the job, unique."""
    payload: str | None = None
    """The column for the whole job, as JSON; it names the job where `job` is missing."""
    message: str = "error_message"
    """The column for the error."""
    attempts: str | None = None
    """The column for the number of failed attempts."""
    kind: str | None = None
    """The column for the name of the specification."""


@dataclass(frozen=True, slots=True)
class JobChildren:
    """[jobs.<name>.children]. Rows that hold a job's results, one each."""

    table: str | None = None
    """The table; none means that there are none."""
    job: str = "job_id"
    """The column that names the job."""
    status: str | None = None
    """Its status column."""
    sample: str = "{}"
    """A child as JSON, for the exercise."""


@dataclass(frozen=True, slots=True)
class JobConfig:
    """[jobs.<name>]. A table whose rows are jobs; its parts are the tables below. Times in seconds."""

    table: str = ""
    """The table, with its schema."""
    role: str | None = None
    """The role that the runner becomes."""
    reader: str | None = None
    """The role that a signed-in owner becomes, with the claim `sub`."""
    limit: int = 1
    """How many attempts a job has, where `columns.attempts` counts them and no column says how many."""
    lease: float = 60.0
    """How long a claim lives without a heartbeat."""
    timeout: float = 300.0
    """How long an attempt may run before it is aborted as AI_TIMEOUT."""
    unclaimed: float = 3600.0
    """How long a job may be due before it fails because nobody claimed it."""
    channel: str | None = None
    """The NOTIFY channel that says that there is work: a hint, polling goes on."""
    states: JobStates = field(default_factory=JobStates)
    columns: JobColumns = field(default_factory=JobColumns)
    functions: JobFunctions = field(default_factory=JobFunctions)
    dead_letters: JobDeadLetters = field(default_factory=JobDeadLetters)
    children: JobChildren = field(default_factory=JobChildren)
    invariants: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """A name and a predicate on a row of the table that the database itself must hold, whoever writes."""
    fixture: str = ""
    """SQL that makes a job for the exercise: `:'id'`, `:'owner'`, `:'number'`; without it the schema says what fits."""
    sample: str = "{}"
    """A sound result as JSON, for the exercise."""
    unsound: str | None = None
    """A result that must be refused, for the exercise."""
