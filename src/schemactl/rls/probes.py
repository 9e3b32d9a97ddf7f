"""Values of a probe: one statement of one session, and the cells that its outcome decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from schemactl.rls.actors import Session
from schemactl.rls.model import Operation
from schemactl.rls.relations import Path
from schemactl.rls.scene import SeededRow

WHOLE = "every"
"""The class of a case that is about the table, not about its rows."""


class Form(StrEnum):
    """How a statement is put: the form changes the verdict (PostgreSQL manual, CREATE POLICY)."""

    SELECT = "select"
    COUNT = "count"
    FOR_UPDATE = "select for update"
    SECRET = "select of secrets"  # noqa: S105 - columns that are listed
    INSERT = "insert"
    RETURNING = "insert returning"
    DO_NOTHING = "insert on conflict do nothing"
    UPSERT = "insert on conflict do update"
    PARENT = "insert under another's parent"
    UPDATE = "update where"
    BLIND_UPDATE = "blind update"
    OWNER = "update of the owner"
    BLIND_OWNER = "blind update of the owner"
    MERGE = "merge"
    DELETE = "delete where"
    BLIND_DELETE = "blind delete"
    TRUNCATE = "truncate"
    CALL = "call"
    CALL_KEYS = "call with another's keys"


@dataclass(frozen=True, slots=True)
class Case:
    """What a probe says about one row, or about a new one: allowed or not, by the files."""

    operation: Operation
    label: str
    expected: bool
    row: SeededRow | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """A statement and its cases. `relation` is the one that it names: the table, or a partition of it.

    `query`: its answer, one value, decides; otherwise what the table holds afterwards.
    """

    session: Session
    table: Path
    relation: Path
    form: Form
    statement: str
    cases: tuple[Case, ...]
    query: bool = False
    setup: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a probe. `state` is the SQLSTATE of its failure; `after` key to digest of every row of the table."""

    state: str | None
    message: str
    answer: str | None
    after: Mapping[str, str] | None = None


class Verdict(StrEnum):
    """What a cell shows."""

    ALLOW = "allow"
    DENY = "deny"
    ERROR = "ERROR"
    INVALID = "INVALID"
    UNSEEDABLE = "UNSEEDABLE"


@dataclass(frozen=True, slots=True)
class Cell:
    """A case with its verdict. `state` and `message` are of the statement's failure, where there was one."""

    probe: Probe
    case: Case
    verdict: Verdict
    state: str | None = None
    message: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def passed(self) -> bool:
        """Whether it is what the files say."""
        return self.verdict is (Verdict.ALLOW if self.case.expected else Verdict.DENY)
