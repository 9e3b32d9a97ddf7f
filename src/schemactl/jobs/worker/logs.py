"""One line of JSON an event: job, status, retry count, error code."""

import json
import logging
from typing import Any

LOG = logging.getLogger("schemactl.jobs")


def heard() -> bool:
    """Whether anybody wants the lines. Gathering the facts of one for each job costs as much as a small job."""
    return LOG.isEnabledFor(logging.INFO)


def tell(event: str, **facts: Any) -> None:
    """Log an event with its facts; those that are None are left out."""
    if heard():
        LOG.info(event, extra={"facts": {name: value for name, value in facts.items() if value is not None}})


class JsonLines(logging.Formatter):
    """Time, event and facts as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        moment = self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}"
        facts = getattr(record, "facts", {})
        return json.dumps({"time": moment, "event": record.getMessage(), **facts}, default=str)
