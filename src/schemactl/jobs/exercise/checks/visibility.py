"""The owner sees the status of the own job while it runs, and nobody else does."""

from collections.abc import Iterator
from uuid import UUID

from schemactl.jobs.exercise.breach import Breach, Where
from schemactl.jobs.exercise.stage import Job, Stage

STRANGER = UUID(int=0xBAD)


def run(stage: Stage) -> Iterator[Breach]:
    """Read a running job as its owner, as somebody else, and as nobody."""
    reader = stage.spec.config.reader
    if not reader or not stage.spec.columns.owner:
        return
    stage.fresh()
    job = stage.job()
    stage.store("worker").claim("worker")
    where = Where("table", stage.spec.config.table)
    if _seen(stage, job, reader, job.owner) != stage.spec.states.running:
        yield Breach(
            "job-status-hidden",
            where,
            f"the owner, as {reader}, does not see the own job while it runs",
            f"Grant SELECT to {reader}, and write a policy that lets the owner read.",
            stage.script(),
        )
    for who, role, person in (("another user", reader, STRANGER), ("nobody, as anon", "anon", None)):
        if _seen(stage, job, role, person) is not None:
            yield Breach(
                "job-status-leaks",
                where,
                f"{who} reads the job of a stranger",
                "Tie the policy to the owner.",
                stage.script(),
            )


def _seen(stage: Stage, job: Job, role: str, person: UUID | None) -> str | None:
    """The status as this reader sees it; None when the row is hidden or the table refused."""
    import psycopg

    try:
        session = stage.session(role, person)
        rows = stage.run("see", {"id": job.id}, on=session, watcher=stage.journal.session("reader", role))
    except psycopg.errors.InsufficientPrivilege:
        return None
    except psycopg.errors.InvalidParameterValue:  # there is no such role here
        return None
    return str(rows[0]["status"]) if rows else None
