"""One run of `schemactl adopt`: look, and where that is wanted and nothing speaks against it, write."""

from schemactl.adopt import adopting, report
from schemactl.adopt.adopting import Adoption
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.core.findings import Severity
from schemactl.core.results import Report


def run(
    found: Adoption, session: Session | None, store: Store, settings: Settings, *, write: bool, allow_unmapped: bool
) -> Report:
    """Write the files, then the history of the target of `session`; nothing of either while a finding is an error.

    Raises what reading and writing the history raise, and ConfigError for files that cannot be written.
    """
    lock = settings.runner_wait if write else None
    recorded = adopting.look(found, session, store, lock=lock) if session else None
    told = report.findings(found, recorded, allowed=allow_unmapped)
    written = write and not any(one.severity is Severity.ERROR for one in told)
    if written:
        adopting.write(found)
    if written and session and recorded:
        adopting.record_applied(found, recorded, session, store, settings)
    return report.report(found, recorded, told, written=written)
