"""The first statement of a file that may wait for a lock without end."""

from collections.abc import Iterator

from schemactl.lint.held import taken
from schemactl.lint.session import Held
from schemactl.lint.site import Site

ENDLESS = "lock_timeout"


def are_endless(site: Site) -> bool:
    """Whether nothing ends a wait here, and the file has not been told so yet."""
    return not site.file.warned_of_timeout and not site.timeout(ENDLESS)


def endless(site: Site) -> Iterator[Held]:
    """The lock, when the statement is the first to ask for one while lock_timeout is off; at most once a file."""
    if site.statement is None:
        return
    lock = next(iter(taken(site, site.statement)), None)
    if lock is not None:
        site.file.warned_of_timeout = True
        yield lock
