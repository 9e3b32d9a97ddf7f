"""Snapshots and differences as reports."""

from collections.abc import Sequence
from types import MappingProxyType

from schemactl.catalog.describe import grouped
from schemactl.catalog.difference import Action, Change, as_json, difference
from schemactl.catalog.snapshot import Snapshot
from schemactl.core.results import Report, Text
from schemactl.core.words import plural

_EMPTY: Snapshot = Snapshot(0, MappingProxyType({}))


def listing(snapshot: Snapshot, of: str) -> Report:
    """Everything in a snapshot, grouped; `of` says where it was taken. The document itself is the details."""
    sections = tuple(
        Text(heading, "\n".join(line[2:] for line in lines))
        for heading, lines in grouped(difference(_EMPTY, snapshot)).items()
    )
    return Report(
        command="snapshot",
        summary=f"{of}: {len(snapshot.objects)} objects, fingerprint {snapshot.fingerprint[:12]}",
        sections=sections,
        details=snapshot.as_json(),
    )


def compared(before: Snapshot, after: Snapshot, names: tuple[str, str]) -> Report:
    """What turns `before` into `after`; failed when anything does. `names` are theirs."""
    changes = difference(before, after)
    return Report(
        command="diff",
        summary=_verdict(changes, names) + _versions(before, after),
        sections=tuple(Text(heading, "\n".join(lines), code="diff") for heading, lines in grouped(changes).items()),
        details={
            "before": {"source": names[0], "fingerprint": before.fingerprint, "server_version": before.server_version},
            "after": {"source": names[1], "fingerprint": after.fingerprint, "server_version": after.server_version},
            "changes": as_json(changes),
        },
        failed=bool(changes),
    )


def _verdict(changes: Sequence[Change], names: tuple[str, str]) -> str:
    if not changes:
        return f"no difference between {names[0]} and {names[1]}"
    counts = {action: sum(change.action is action for change in changes) for action in Action}
    parts = ", ".join(f"{count} {action}" for action, count in counts.items() if count)
    return f"from {names[0]} to {names[1]}: {len(changes)} change{'' if len(changes) == 1 else 's'} ({parts})"


def _versions(before: Snapshot, after: Snapshot) -> str:
    majors = before.server_version // 10000, after.server_version // 10000
    if majors[0] == majors[1]:
        return ""
    return f"; the servers are Postgres {majors[0]} and {majors[1]}"


def drifted(changes: Sequence[Change], target: str, applied: int, ignored: int) -> Report:
    """What `target` has beside its `applied` migrations; `ignored` changes were left out. Failed when anything is."""
    left_out = f"; {plural(ignored, 'change')} ignored" if ignored else ""
    if changes:
        summary = (
            f"{target} has drifted from its {plural(applied, 'applied migration')}: {plural(len(changes), 'change')}"
        )
    else:
        summary = f"{target} is what its {plural(applied, 'applied migration')} made"
    return Report(
        command="drift",
        summary=summary + left_out,
        sections=tuple(Text(heading, "\n".join(lines), code="diff") for heading, lines in grouped(changes).items()),
        details={"target": target, "applied": applied, "ignored": ignored, "changes": as_json(tuple(changes))},
        failed=bool(changes),
    )
