"""The queue behind a specification: every call is one statement, its clock is the database's.

A call that needs a claim shows its token; when it is no longer the job's, the call raises ClaimLost and changes
nothing. One that only repeats what was recorded, because the answer to a COMMIT was lost, succeeds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schemactl.core.errors import UsageError
from schemactl.jobs import template
from schemactl.jobs.arrays import literal
from schemactl.jobs.claims import Claim, ClaimLost, Result, Started
from schemactl.jobs.names import labels, names, of_types
from schemactl.jobs.spec import Spec
from schemactl.jobs.states import ErrorCode, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemactl.db.types import Connection

Rows = list[dict[str, Any]]
Watcher = Callable[[str, Mapping[str, Any], Rows], None]

DEAD = "the lease expired: the worker died or stalled"


def _unwatched(_sql: str, _values: Mapping[str, Any], _rows: Rows) -> None:
    """Watch nothing."""


class Store:
    """The calls on one job table through one connection in autocommit mode. `watcher` sees every statement."""

    def __init__(self, connection: "Connection", spec: Spec, watcher: Watcher = _unwatched) -> None:
        self.connection = connection
        self.spec = spec
        self.watcher = watcher
        self._texts: dict[str, str] = {}
        self._names: template.Names = {}

    @property
    def fenced(self) -> bool:
        """Whether the calls that end an attempt can tell a live claim from a lost one."""
        complete = self.spec.functions.complete
        return "token" in template.variables(complete) if complete else self.spec.leased

    def create(self, owner: Any, *, regenerate: bool = False, request: str = "{}", max_attempts: int = 3) -> Started:
        """The owner's active job, or a new one. For tables that have a function for it; see also `start`."""
        text = self._need("create")
        values = {"owner": owner, "regenerate": regenerate, "request": request, "max_attempts": max_attempts}
        (row,) = self._call(text, values)
        return Started(row["job_id"], self._state(row["job_status"]), bool(row["created"]))

    def start(self, key: Any) -> Started:
        """Make a row wait for a worker. One that already waits or runs starts nothing, and says so."""
        rows = self._run("start", {"id": key})
        if not rows:
            raise UsageError(f"there is no job {key} in {self.spec.config.table}")
        created = bool(rows[0]["created"])
        return Started(rows[0]["id"], State.WAITING if created else self.state(key), created)

    def claim(self, worker: str, *, limit: int = 1, lease: float | None = None) -> list[Claim]:
        """Up to `limit` due jobs, each with a lease of `lease` seconds and its token."""
        values = {"worker": worker, "lease": timedelta(seconds=lease or self.spec.config.lease)}
        if not self.spec.functions.claim:
            return self._claims(self._run("claim", {**values, "limit": limit, "allowed": self.spec.config.limit}))
        claimed: list[Claim] = []
        while len(claimed) < limit:
            found = self._claims(self._call(self.spec.functions.claim, values))
            if not found:
                break
            claimed += found
        return claimed

    def heartbeat(self, claims: Sequence[Claim], *, lease: float | None = None) -> list[Claim]:
        """Extend the leases, from now; returns the claims that are lost."""
        span = timedelta(seconds=lease or self.spec.config.lease)
        text = self.spec.functions.heartbeat
        if text:
            return [claim for claim in claims if not self._held(text, claim, lease=span)]
        if not self.spec.leased or not claims or self.spec.functions.claim:
            return []
        live = self._run("heartbeat", {**_keys(claims), "lease": span})
        kept = {(row["id"], row["token"]) for row in live}
        return [claim for claim in claims if (claim.id, claim.token) not in kept]

    def progress(self, claim: Claim, percent: int, step: str | None = None) -> None:
        """Show how far the work has come, 0 to 100. Raises ClaimLost."""
        if not self.spec.columns.progress and not self.spec.columns.step:
            return
        values = {"id": claim.id, "token": claim.token, "progress": max(0, min(100, percent)), "step": step}
        if not self._run("progress", values):
            raise ClaimLost(claim.id)

    def complete(self, claim: Claim, result: Result | None = None) -> State:
        """End an attempt well. Returns the state, which may be FAILED where the database refuses the result."""
        if self.spec.functions.complete:
            values = {"id": claim.id, "token": claim.token, "result": _json(dict((result or Result()).values))}
            return self._ended(self._call(self.spec.functions.complete, values), claim)
        if self.complete_all([(claim, result or Result())]):
            raise ClaimLost(claim.id)
        return self.state_of(result or Result())

    def complete_all(self, finished: Sequence[tuple[Claim, Result]]) -> list[Claim]:
        """End many attempts well in one statement; returns the claims that are lost, whose results are dropped."""
        if self.spec.functions.complete:
            return [claim for claim, result in finished if not self._completed(claim, result)]
        if not finished:
            return []
        values = _keys(claim for claim, _ in finished)
        if self.spec.states.partial:
            values["partials"] = literal([result.partial for _, result in finished])
        if self.spec.columns.results:
            values["results"] = _json([dict(result.values) for _, result in finished])
        missing = {row["place"] - 1: row["repeated"] for row in self._run("complete", values)}
        if self.spec.config.children.table:
            for place, (claim, result) in enumerate(finished):
                if result.children and place not in missing:
                    self._add_children(claim, result.children)
        return [finished[place][0] for place, repeated in missing.items() if not repeated]

    def state_of(self, result: Result) -> State:
        """The state in which a result leaves its job."""
        return State.PARTIAL if result.partial and self.spec.states.partial else State.DONE

    def fail(
        self, claim: Claim, code: ErrorCode | str, message: str, *, retryable: bool = True, backoff: float = 0.0
    ) -> State:
        """Count a failed attempt; WAITING again after `backoff` seconds, or FAILED. Raises ClaimLost."""
        coded = bool(self.spec.columns.error_code)
        values = {
            "id": claim.id,
            "token": claim.token,
            "code": str(code),
            "message": message if coded else f"{code}: {message}",
            "retryable": retryable,
            "backoff": timedelta(seconds=backoff),
            "allowed": self.spec.config.limit,
        }
        text = self.spec.functions.fail
        return self._ended(self._call(text, values) if text else self._run("fail", values), claim)

    def cancel(self, key: Any) -> State:
        """Cancel a job that has not ended; returns its state, CANCELLED or the one it ended in."""
        if not self.spec.functions.cancel and State.CANCELLED not in self.spec.labels:
            raise UsageError(f"jobs of {self.spec.config.table} cannot be cancelled: no label means it")
        text = self.spec.functions.cancel
        rows = self._call(text, {"id": key}) if text else self._run("cancel", {"id": key})
        if not rows or rows[0].get("status", "") is None:
            raise UsageError(f"there is no job {key} in {self.spec.config.table}")
        return self._state(_last(rows))

    def reset(self, key: Any) -> None:
        """Reset one job whose worker is dead, where a function does it; otherwise sweep."""
        if self.spec.functions.reset:
            self._call(self.spec.functions.reset, {"id": key})
        else:
            self.sweep()

    @property
    def sweeps(self) -> bool:
        """Whether anything looks for dead workers."""
        return bool(self.spec.functions.sweep) or (self.spec.leased and not self.spec.functions.claim)

    def sweep(self, limit: int = 100) -> int:
        """Count the attempt of every job whose lease has expired as failed; returns how many."""
        if self.spec.functions.sweep:
            return int(_last(self._call(self.spec.functions.sweep, {"limit": limit})) or 0)
        if not self.sweeps:
            return 0
        return len(self._run("reset_stuck", self._failure(limit, ErrorCode.UNEXPECTED_ERROR, DEAD)))

    @property
    def expires(self) -> bool:
        """Whether anything ends jobs that nobody claims."""
        return bool(self.spec.functions.expire) or not self.spec.functions.claim

    def expire(self, waited: float | None = None, limit: int = 100) -> int:
        """Fail jobs that have been due for `waited` seconds and that nobody claimed; returns how many."""
        span = timedelta(seconds=self.spec.config.unclaimed if waited is None else waited)
        if self.spec.functions.expire:
            return int(_last(self._call(self.spec.functions.expire, {"waited": span, "limit": limit})) or 0)
        if not self.expires:
            return 0
        message = f"no worker claimed the job within {span} of the time it was due"
        return len(self._run("expire", {**self._failure(limit, ErrorCode.CONFIG_ERROR, message), "waited": span}))

    def prune(self, kept: float, limit: int = 1000) -> int:
        """Delete up to `limit` jobs that ended more than `kept` seconds ago; returns how many."""
        self._need_end()
        return len(self._run("prune", {"kept": timedelta(seconds=kept), "limit": limit}))

    def prunable(self, kept: float) -> Rows:
        """What `prune` would delete, by label: jobs, and when the oldest ended."""
        self._need_end()
        return self._run("prunable", {"kept": timedelta(seconds=kept)})

    def durations(self, limit: int) -> list[float]:
        """How long the latest finished attempts took, in seconds; nothing where the table does not say."""
        if not self.spec.columns.started or not self.spec.columns.completed:
            return []
        return [row["seconds"] for row in self._run("durations", {"limit": limit})]

    def health(self) -> Rows:
        """One row a label: counts, expired leases, the longest wait, ages."""
        return self._run("health", {})

    def codes(self) -> Rows:
        """Failures of the last day by code, where the table has one or words."""
        columns = self.spec.columns
        return self._run("codes", {}) if columns.error_code or columns.error_message else []

    def bloat(self) -> dict[str, Any]:
        """Live and dead rows."""
        schema, table = self.spec.table
        rows = self._run("bloat", {"schema": schema, "table": table})
        return rows[0] if rows else {}

    def read(self, key: Any) -> dict[str, Any] | None:
        """The row of a job, with `schemactl_now`, the database's clock."""
        rows = self._run("read", {"id": key})
        return rows[0] if rows else None

    def state(self, key: Any) -> State:
        """The state of a job. Raises UsageError where there is none."""
        row = self.read(key)
        if row is None:
            raise UsageError(f"there is no job {key} in {self.spec.config.table}")
        return self.spec.state(row)

    def _claims(self, rows: Rows) -> list[Claim]:
        columns = self.spec.columns
        return [
            Claim(
                row[columns.key],
                row[columns.lease_token] if columns.lease_token else None,
                int(row[columns.attempts]) if columns.attempts else 0,
                row,
            )
            for row in rows
        ]

    def _held(self, text: str, claim: Claim, **values: Any) -> bool:
        try:
            self._call(text, {"id": claim.id, "token": claim.token, **values})
        except ClaimLost:
            return False
        return True

    def _completed(self, claim: Claim, result: Result) -> bool:
        try:
            self.complete(claim, result)
        except ClaimLost:
            return False
        return True

    def _add_children(self, claim: Claim, children: Sequence[Mapping[str, Any]]) -> None:
        found: dict[str, None] = {}
        for child in children:
            found |= dict.fromkeys(child)
        known = {**self._known_names(), "child_column": tuple(found)}
        sql = template.build("add_children", known, labels(self.spec))
        self._execute(sql, {"id": claim.id, "children": _json(list(children))})

    def _failure(self, limit: int, code: ErrorCode, message: str) -> dict[str, Any]:
        coded = bool(self.spec.columns.error_code)
        text = message if coded else f"{code}: {message}"
        return {"limit": limit, "code": code.value, "message": text, "allowed": self.spec.config.limit}

    def _ended(self, rows: Rows, claim: Claim) -> State:
        if not rows:
            raise ClaimLost(claim.id)
        return self._state(_last(rows))

    def _state(self, label: Any) -> State:
        return next((state for state, known in self.spec.labels.items() if known == label), State.WAITING)

    def _need_end(self) -> None:
        if not self.spec.columns.completed:
            raise UsageError(f"{self.spec.config.table} does not say when a job ended", hint="Name columns.completed.")

    def _need(self, call: str) -> str:
        text: str | None = getattr(self.spec.functions, call)
        if text is None:
            raise UsageError(f"`jobs.{self.spec.name}.functions.{call}` is not configured")
        return text

    def _call(self, text: str, values: Mapping[str, Any]) -> Rows:
        if text not in self._texts:
            self._texts[text] = template.fill(text)
        with self._lost(values):
            return self._execute(self._texts[text], values)

    @contextmanager
    def _lost(self, values: Mapping[str, Any]) -> "Iterator[None]":
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            if error.sqlstate == self.spec.functions.lost:
                raise ClaimLost(values.get("id")) from None
            raise

    def _run(self, file: str, values: Mapping[str, Any]) -> Rows:
        if file not in self._texts:
            letters = self.spec.config.dead_letters
            wanted = ("letters",) if letters.table and letters.written_by == "runner" else ()
            self._texts[file] = template.build(file, self._known_names(), labels(self.spec), wanted)
        token = self.spec.columns.lease_token or ""
        return self._execute(
            self._texts[file], {"kind": self.spec.name, "token_column": token, **values}, prepare=False
        )

    def _known_names(self) -> template.Names:
        if not self._names:
            types = self._fetch(template.build("types", {}, {}), of_types(self.spec))
            if not types:
                columns = f"{self.spec.columns.key} and {self.spec.columns.status}"
                raise UsageError(f"there is no table {self.spec.config.table} with columns {columns} here")
            self._names = names(self.spec, types[0])
        return self._names

    def _execute(self, sql: str, values: Mapping[str, Any], *, prepare: bool | None = None) -> Rows:
        try:
            rows = self._fetch(sql, values, prepare)
        except Exception:
            self.watcher(sql, values, [])
            raise
        self.watcher(sql, values, rows)
        return rows

    def _fetch(self, sql: str, values: Mapping[str, Any], prepare: bool | None = None) -> Rows:
        """Not prepared where the plan depends on how many rows are wanted: a general one may read the whole table."""
        from psycopg.rows import dict_row

        cursor = self.connection.cursor(row_factory=dict_row).execute(sql.encode(), dict(values), prepare=prepare)
        return cursor.fetchall() if cursor.description else []


def _keys(claims: Iterable[Claim]) -> dict[str, str]:
    pairs = [(claim.id, claim.token) for claim in claims]
    return {"ids": literal([key for key, _ in pairs]), "tokens": literal([token for _, token in pairs])}


def _last(rows: Rows) -> Any:
    return list(rows[0].values())[-1] if rows else None


def _json(value: Any) -> str:
    import orjson

    return orjson.dumps(value, default=str).decode()
