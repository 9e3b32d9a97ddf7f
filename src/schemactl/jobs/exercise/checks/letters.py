"""A failed job has exactly one dead letter, whoever fails it.

A plain write of the failed status stands for every writer that is not the runner; a second letter for a worker that
writes its own.
"""

from collections.abc import Iterator

from schemactl.jobs.exercise.breach import Breach, Where
from schemactl.jobs.exercise.stage import Stage
from schemactl.jobs.states import ErrorCode


def run(stage: Stage) -> Iterator[Breach]:
    """Fail a job by the runner, by a plain write, and write a letter twice."""
    letters = stage.spec.config.dead_letters
    if not letters.table:
        return
    wrong = [seen for seen in (_by_runner(stage), _by_anybody(stage), _twice(stage)) if seen]
    if wrong:
        yield Breach(
            "job-dead-letter",
            Where("table", letters.table),
            f"a failed job has not exactly one dead letter: {'; '.join(message for message, _ in wrong)}",
            f"Reference the job from {letters.table} in a UNIQUE column, and let a trigger write the letter in the "
            "statement that fails the job.",
            wrong[0][1],
        )


def _by_runner(stage: Stage) -> tuple[str, str] | None:
    stage.fresh()
    job = stage.job()
    store = stage.store("worker")
    store.fail(store.claim("worker")[0], ErrorCode.CONFIG_ERROR, "it broke", retryable=False)
    count = stage.letters(job)
    return None if count == 1 else (f"{count} after the runner fails it", stage.script())


def _by_anybody(stage: Stage) -> tuple[str, str] | None:
    stage.fresh()
    job = stage.job()
    values = {"id": job.id, "label": stage.spec.states.failed}
    refusal = stage.attempt("write_status", values, stage.spec.config.role)
    count = stage.letters(job)
    if refusal is not None or count == 1:
        return None
    return f"{count} after a plain UPDATE to `{stage.spec.states.failed}`", stage.script()


def _twice(stage: Stage) -> tuple[str, str] | None:
    stage.fresh()
    job = stage.job()
    values = {"id": job.id, "label": stage.spec.states.failed}
    stage.attempt("write_status", values, stage.spec.config.role)
    for _ in range(2):
        stage.attempt("second_letter", {"id": job.id}, stage.spec.config.role)
    count = stage.letters(job)
    return None if count <= 1 else (f"{count} when two workers write one each", stage.script())
