"""Which statement of a file failed, when the file went as one request whose answer does not say."""

from schemactl.apply import failures, requests
from schemactl.core.errors import SchemactlError
from schemactl.db.api_errors import QueryFailed, SqlError
from schemactl.db.managed import Managed
from schemactl.db.patience import Trouble
from schemactl.db.session import Limits
from schemactl.sql.parse import Script

ROLLED_BACK = "the whole file was rolled back"
MOST_SECONDS = 10.0
"""A file that failed sooner than this is run again, and rolled back, to find the statement."""


def failed(
    error: SqlError, sent: requests.Request, script: Script, limits: Limits, target: Managed, seconds: float
) -> SchemactlError:
    """The error for a file that failed after `seconds`, with the statement's place where that can be known."""
    failure = error.failure
    if error.line is not None:
        line = error.line - sent.head
        statement = requests.statement_at(script, line)
        if statement and 0 < line <= script.text.count("\n") + 1:
            shown = script.text.splitlines()[line - 1] if line <= len(script.text.splitlines()) else ""
            column = error.column if error.column and error.shown.rstrip() == shown.rstrip() else 1
            return failures.statement_failed(failure, statement, (line, column), ROLLED_BACK)
    found = _sought(script, limits, target) if seconds <= MOST_SECONDS else None
    if found and found[0] == requests.AT_COMMIT:
        return failures.commit_failed(failure, script.file)
    if found and found == (0, "00000"):
        return failures.history_refused(failure, str(target))
    if found and found[1] == failure.sqlstate:
        statement = script.statements[found[0] - 1]
        return failures.statement_failed(failure, statement, (statement.line, statement.column), ROLLED_BACK)
    return failures.file_failed(failure, script.file, ROLLED_BACK)


def _sought(script: Script, limits: Limits, target: Managed) -> tuple[int, str] | None:
    """Run the statements one by one, in a transaction that always fails, and hear which one did first."""
    try:
        target.run(requests.search(script, limits))
    except QueryFailed as failed:
        return requests.found(failed.failure.message) if failed.failure.sqlstate == requests.SOUGHT else None
    except Trouble:
        return None
    return None
