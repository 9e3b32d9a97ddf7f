"""The database refuses what may never be committed, whoever writes it.

A status outside the listed labels, and every state that breaks an invariant of the specification, is written plainly in
the runner's role; the database must refuse it. The same for the status of a job's children.
"""

from collections.abc import Iterator

from schemactl.db.statement_failure import Failure
from schemactl.jobs.exercise.breach import Breach, NotTried, Where
from schemactl.jobs.exercise.stage import Job, Stage
from schemactl.jobs.spec import split

UNKNOWN = "no_such_state"
REFUSED = frozenset({"23514", "22P02"})
"""check_violation, and invalid_text_representation, which is how an enum refuses."""


def run(stage: Stage) -> Iterator[Breach | NotTried]:
    """Try an unknown status, an unknown status of a child, and every combination of status and error."""
    yield from _status(stage)
    yield from _child_status(stage)
    yield from _invariants(stage)


def _status(stage: Stage) -> Iterator[Breach | NotTried]:
    spec = stage.spec
    stage.fresh()
    job = stage.job()
    refusals = [_write(stage, "write_status", job)]
    if refusals[0] and refusals[0].sqlstate not in REFUSED:
        copied = {"id": job.id, "key": spec.columns.key, "column": spec.columns.status, "label": UNKNOWN}
        refusals.append(stage.attempt("insert_copy", copied, _role(stage)))
    where = Where("column", spec.columns.status, spec.config.table)
    yield from _judged(stage, refusals, where, tuple(spec.labels.values()))


def _child_status(stage: Stage) -> Iterator[Breach | NotTried]:
    children = stage.spec.config.children
    if not children.table or not children.status:
        return
    stage.fresh()
    job = stage.job()
    schema, table = split(children.table)
    facts = {"child_schema": schema, "child_table": table, "child_job": children.job, "child_status": children.status}
    values = {
        "id": job.id,
        "child": children.sample,
        "label": UNKNOWN,
        "status_column": children.status,
        "job_column": children.job,
    }
    refusal = stage.attempt("insert_child", values, _role(stage), more=facts)
    yield from _judged(stage, [refusal], Where("column", children.status, children.table), ())


def _judged(
    stage: Stage, refusals: list[Failure | None], where: Where, labels: tuple[str, ...]
) -> Iterator[Breach | NotTried]:
    last = refusals[-1]
    if last is None:
        listed = ", ".join(f"'{label}'" for label in labels) or "the labels"
        yield Breach(
            "job-status-unconstrained",
            where,
            f"any text is taken for a status: `{UNKNOWN}` was written to {where.table}.{where.name}",
            f"Add a CHECK constraint: CHECK ({where.name} IN ({listed})), or use an enum type.",
            stage.script(),
        )
    elif last.sqlstate not in REFUSED:
        yield NotTried(f"unknown status of {where.table}", f"the write failed for another reason: {last.sentence}")


def _invariants(stage: Stage) -> Iterator[Breach]:
    spec = stage.spec
    for name, predicate in spec.config.invariants.items():
        for label in dict.fromkeys(spec.labels.values()):
            for code, message in ((None, None), ("UNEXPECTED_ERROR", "it broke")):
                stage.fresh()
                job = stage.job()
                values = {"id": job.id, "label": label, "code": code, "message": message}
                refusal = stage.attempt("write_error", values, _role(stage))
                if refusal is None and not stage.satisfies(job, predicate):
                    error = "without an error message" if message is None else "with an error message"
                    yield _unenforced(stage, name, predicate, f"status `{label}` {error}")
                    break
            else:
                continue
            break


def _unenforced(stage: Stage, name: str, predicate: str, seen: str) -> Breach:
    columns, table = stage.spec.columns, stage.spec.config.table
    column = columns.error_message or columns.status
    return Breach(
        "job-invariant-unenforced",
        Where("column", column, table, described=True),
        f"the database accepts what breaks `{name}`: {seen}",
        f"Add a constraint: CHECK ({' '.join(predicate.split())})",
        stage.script(),
    )


def _write(stage: Stage, file: str, job: Job) -> Failure | None:
    return stage.attempt(file, {"id": job.id, "label": UNKNOWN}, _role(stage))


def _role(stage: Stage) -> str | None:
    return stage.spec.config.role
