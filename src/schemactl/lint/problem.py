"""What a rule yields."""

from dataclasses import dataclass

from schemactl.core.findings import Fix, Severity
from schemactl.lint.schema.model import Origin


@dataclass(frozen=True, slots=True)
class Problem:
    """One defect. The engine adds rule, severity, place and fingerprint.

    `at` is a byte offset in the file that narrows the place to a part of the statement; `origin` moves it to another
    statement; `place`, a stretch of the file in characters, comes before both. `severity` lowers or raises the rule's
    own one.
    """

    message: str
    hint: str | None = None
    object: str | None = None
    at: int = -1
    origin: Origin | None = None
    severity: Severity | None = None
    fix: Fix | None = None
    place: tuple[int, int] | None = None
