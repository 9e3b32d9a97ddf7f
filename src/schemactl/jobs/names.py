"""What the files of queries/ call the parts of a specification."""

from collections.abc import Mapping

from schemactl.jobs.spec import Spec, split
from schemactl.jobs.states import State
from schemactl.jobs.template import Names


def names(spec: Spec, types: Mapping[str, str]) -> Names:
    """The identifiers, those of `types` included; what the table does not have is None."""
    columns, letters, children = spec.columns, spec.config.dead_letters, spec.config.children
    letter, child = split(letters.table or ""), split(children.table or "")
    return {
        "schema": spec.table[0],
        "table": spec.table[1],
        "key": columns.key,
        "status": columns.status,
        **types,
        "owner": columns.owner,
        "error_code": columns.error_code,
        "no_error_code": None if columns.error_code else "-",
        "error_message": columns.error_message,
        "attempts": columns.attempts,
        "no_attempts": None if columns.attempts else "-",
        "max_attempts": columns.max_attempts,
        "no_max_attempts": "-" if columns.attempts and not columns.max_attempts else None,
        "lease_token": columns.lease_token,
        "lease_expires_at": columns.lease_expires_at,
        "due": columns.due,
        "no_due": None if columns.due else "-",
        "created": columns.created,
        "started": columns.started,
        "completed": columns.completed,
        "progress": columns.progress,
        "step": columns.step,
        "result": columns.results,
        "has_partial": "-" if spec.states.partial else None,
        "no_partial": None if spec.states.partial else "-",
        "letter_schema": letter[0],
        "letter_table": letter[1],
        "letter_job": letters.job,
        "letter_payload": letters.payload,
        "letter_message": letters.message,
        "letter_attempts": letters.attempts,
        "letter_kind": letters.kind,
        "child_schema": child[0],
        "child_table": child[1],
        "child_job": children.job,
        "child_status": children.status,
    }


def of_types(spec: Spec) -> dict[str, str]:
    """What the query of the types wants."""
    schema, table = spec.table
    return {"schema": schema, "table": table, "key": spec.columns.key, "status": spec.columns.status}


def labels(spec: Spec) -> dict[str, str]:
    """The labels by the name of their meaning; one that does not occur reads as its nearest."""
    return {
        "waiting": spec.states.waiting,
        "running": spec.states.running,
        "done": spec.states.done,
        "partial": spec.states.partial or spec.states.done,
        "failed": spec.states.failed,
        "cancelled": spec.labels.get(State.CANCELLED, spec.states.failed),
    }
