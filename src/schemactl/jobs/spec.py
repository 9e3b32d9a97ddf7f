"""A specification of a job table: what the configuration says, checked against a catalog."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from schemactl.core.config_jobs import JobColumns, JobConfig, JobFunctions, JobStates
from schemactl.core.errors import ConfigError, Place, UsageError
from schemactl.core.words import did_you_mean
from schemactl.jobs.states import State

if TYPE_CHECKING:
    from schemactl.catalog.snapshot import Snapshot
    from schemactl.core.config import Config

_CALLED = re.compile(r"\b([a-z_][\w$]*)\.([a-z_][\w$]*)\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Spec:
    """A job table by its name in the configuration."""

    name: str
    config: JobConfig

    @property
    def columns(self) -> JobColumns:
        """Where things stand."""
        return self.config.columns

    @property
    def states(self) -> JobStates:
        """What labels mean."""
        return self.config.states

    @property
    def functions(self) -> JobFunctions:
        """What to call instead of schemactl's own SQL."""
        return self.config.functions

    @property
    def table(self) -> tuple[str, str]:
        """Schema and name."""
        return split(self.config.table)

    @cached_property
    def labels(self) -> Mapping[State, str]:
        """The states that occur, and their labels."""
        given = {State(item.name): getattr(self.states, item.name) for item in fields(self.states)}
        return {state: label for state, label in given.items() if label is not None}

    @property
    def leased(self) -> bool:
        """Whether the table can hold a claim that ends by itself and tells its holder from others."""
        return bool(self.columns.lease_token and self.columns.lease_expires_at)

    def state(self, row: Mapping[str, Any]) -> State:
        """What a row's status means. Raises KeyError for a label that the specification does not know."""
        label = str(row[self.columns.status])
        if label == self.states.waiting == self.states.running:
            return State.RUNNING if self.leased and row[str(self.columns.lease_expires_at)] else State.WAITING
        return next(state for state, known in self.labels.items() if known == label)

    def attempts_allowed(self, row: Mapping[str, Any]) -> int:
        """How often this job may start: max(1, its limit); once where nothing counts."""
        if not self.columns.attempts:
            return 1
        limit = row[self.columns.max_attempts] if self.columns.max_attempts else self.config.limit
        return max(1, int(limit))


def split(table: str) -> tuple[str, str]:
    """`public.orders` as its parts; without a schema it is in public."""
    schema, dot, name = table.rpartition(".")
    return (schema, name) if dot else ("public", name)


def named(config: "Config", name: str | None) -> tuple[Spec, ...]:
    """The specification of that name, or all. Raises ConfigError where there are none, UsageError for a wrong name."""
    if not config.jobs:
        raise ConfigError(
            "no job table is configured",
            place=Place(config.source) if config.source else None,
            hint="Describe one in a table [jobs.NAME] of schemactl.toml; docs/jobs.md shows how.",
        )
    if name is not None and name not in config.jobs:
        raise UsageError(f"no job table `{name}` is configured", hint=did_you_mean(name, config.jobs))
    return tuple(Spec(key, table) for key, table in config.jobs.items() if name in (None, key))


def check(spec: Spec, snapshot: "Snapshot", source: str | None = None) -> None:
    """Hold the specification against a catalog. Raises ConfigError naming the key, what is missing, what is near."""
    place = Place(source) if source else None
    for key, problem, hint in _problems(spec, snapshot):
        raise ConfigError(f"`jobs.{spec.name}.{key}`: {problem}", place=place, hint=hint)


def _problems(spec: Spec, snapshot: "Snapshot") -> Iterator[tuple[str, str, str | None]]:
    config = spec.config
    if not config.table:
        yield "table", "the table is not named", 'For example table = "public.jobs".'
        return
    yield from _table_problems("table", config.table, snapshot)
    yield from _column_problems(spec, snapshot)
    yield from _label_problems(spec, snapshot)
    yield from _function_problems(spec, snapshot)
    for key, part, names in (
        ("dead_letters", config.dead_letters, ("job", "payload", "message", "attempts", "kind")),
        ("children", config.children, ("job", "status")),
    ):
        if part.table:
            yield from _table_problems(f"{key}.table", part.table, snapshot)
            known = columns_of(snapshot, part.table)
            for name in names:
                yield from _missing(f"{key}.{name}", getattr(part, name), known, part.table)
    if config.dead_letters.written_by not in ("runner", "database"):
        yield "dead_letters.written_by", f"cannot be `{config.dead_letters.written_by}`", "Write runner or database."
    if config.limit < 0:
        yield "limit", "cannot be negative", None
    for key in ("lease", "timeout", "unclaimed"):
        if getattr(config, key) <= 0:
            yield key, "must be longer than nothing", None


def columns_of(snapshot: "Snapshot", table: str) -> Mapping[str, Mapping[str, Any]]:
    """The columns of a table, by name."""
    where = split(table)
    return {path[-1]: facts for path, facts in snapshot.of_kind("column").items() if path[:2] == where}


def _table_problems(key: str, table: str, snapshot: "Snapshot") -> Iterator[tuple[str, str, str | None]]:
    tables = {".".join(path) for path in snapshot.of_kind("table")}
    if ".".join(split(table)) not in tables:
        yield key, f"there is no table `{table}`", did_you_mean(table, tables)


def _column_problems(spec: Spec, snapshot: "Snapshot") -> Iterator[tuple[str, str, str | None]]:
    known = columns_of(snapshot, spec.config.table)
    for item in fields(spec.columns):
        value = getattr(spec.columns, item.name)
        for name in value if isinstance(value, tuple) else (value,):
            yield from _missing(f"columns.{item.name}", name, known, spec.config.table)
    if bool(spec.columns.lease_token) != bool(spec.columns.lease_expires_at):
        yield "columns", "lease_token and lease_expires_at come together", "Name both, or neither."
    if spec.columns.max_attempts and not spec.columns.attempts:
        yield "columns.max_attempts", "nothing counts the attempts", "Name columns.attempts too."


def _missing(
    key: str, name: str | None, known: Mapping[str, object], table: str
) -> Iterator[tuple[str, str, str | None]]:
    if name is not None and name not in known:
        yield key, f"`{table}` has no column `{name}`", did_you_mean(name, known)


def _label_problems(spec: Spec, snapshot: "Snapshot") -> Iterator[tuple[str, str, str | None]]:
    if spec.states.waiting == spec.states.running and not spec.leased:
        yield "states", "waiting and running share a label, and no lease tells them apart", "Name the lease's columns."
    kind = str(columns_of(snapshot, spec.config.table)[spec.columns.status].get("type", ""))
    enums = {path[-1]: facts["labels"] for path, facts in snapshot.of_kind("enum").items() if "labels" in facts}
    labels = enums.get(kind.rpartition(".")[2])
    for state, label in spec.labels.items():
        if isinstance(labels, list) and label not in labels:
            yield f"states.{state}", f"type `{kind}` has no value `{label}`", did_you_mean(label, map(str, labels))


def _function_problems(spec: Spec, snapshot: "Snapshot") -> Iterator[tuple[str, str, str | None]]:
    known = {".".join(path[:2]) for path in snapshot.of_kind("function")}
    for item in fields(spec.functions):
        text = getattr(spec.functions, item.name)
        for schema, name in _CALLED.findall(text or ""):
            if schema != "pg_catalog" and f"{schema}.{name}" not in known:
                yield f"functions.{item.name}", f"there is no function `{schema}.{name}`", did_you_mean(name, known)
