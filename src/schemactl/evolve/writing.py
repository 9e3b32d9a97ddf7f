"""Where a migration's files go, and what is said beside them."""

from collections.abc import Iterator
from pathlib import Path

from schemactl.catalog.difference import as_json, difference
from schemactl.catalog.snapshot import Snapshot
from schemactl.core.results import Json, Report
from schemactl.core.words import plural
from schemactl.evolve.proving import Migration
from schemactl.migrations import names
from schemactl.migrations.model import Version
from schemactl.migrations.names import Name, Role
from schemactl.migrations.numbering import after


def together(written: Migration) -> str:
    """All files as one text, for a person to read and to divide."""
    if not written.files:
        return "-- No difference.\n"
    count = len(written.files)
    heads = (f"-- ===== file {number} of {count} =====\n" if count > 1 else "" for number in range(1, count + 1))
    return "\n".join(head + text for head, text in zip(heads, written.files, strict=True))


def placed(written: Migration, destination: Path) -> Iterator[tuple[Path, str]]:
    """Each file and its place: the first is `destination`, the others take the versions, or the numbers, behind it."""
    files = written.files or (together(written),)
    read = names.read(destination.name)
    version = read.version if read and read.role is Role.UP else None
    for number, text in enumerate(files, start=1):
        if number == 1:
            yield destination, text
        elif read and version:
            version = Version.parse(after(version))
            yield destination.with_name(str(Name(Role.UP, f"{read.name}_{number}", version))), text
        else:
            yield destination.with_name(f"{destination.stem}_{number}{destination.suffix}"), text


def remarks(written: Migration) -> Iterator[str]:
    """What a person must know: losses, what is missing, what depends on the rows."""
    for loss in written.withheld:
        yield f"commented out, because it loses {loss}"
    for loss in () if written.withheld else written.losses:
        yield f"warning: loses {loss}"
    for text in written.unwritten:
        yield f"not written: {text}"
    for note in written.notes:
        yield f"note: {note}"
    if written.withheld:
        yield "hint: --allow-destructive writes those statements too."


def report(written: Migration, sides: tuple[str, str]) -> Report:
    """The migration as a report, for JSON: the difference, and the files that lead from one side to the other."""
    changes = difference(written.before, written.after)
    count = plural(len(written.files), "file")
    verdict = (
        f"{count} from {sides[0]} to {sides[1]}" if changes else f"no difference between {sides[0]} and {sides[1]}"
    )
    migration: dict[str, Json] = {
        "files": list(written.files),
        "complete": written.complete,
        "losses": list(written.losses),
        "withheld": list(written.withheld),
        "unwritten": list(written.unwritten),
        "notes": list(written.notes),
        "left": as_json(written.left),
    }
    details = {
        "before": _side(sides[0], written.before),
        "after": _side(sides[1], written.after),
        "changes": as_json(changes),
        "migration": migration,
    }
    return Report(command="diff", summary=verdict, details=details, failed=not written.complete)


def _side(source: str, snapshot: Snapshot) -> Json:
    return {"source": source, "fingerprint": snapshot.fingerprint, "server_version": snapshot.server_version}
