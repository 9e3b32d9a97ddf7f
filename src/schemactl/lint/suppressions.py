"""Suppressions: findings that a person has answered, and answers to nothing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from schemactl.core.findings import Evidence, Finding, Severity, Span, fingerprint
from schemactl.core.words import did_you_mean
from schemactl.lint.index import FAMILIES
from schemactl.lint.selection import ALIASES, NAMES
from schemactl.migrations.directives import Directives, Suppression

_UNTIL = re.compile(r"\(\s*until\s+(\S+?)\s*\)", re.IGNORECASE)


def settle(findings: Iterable[Finding], directives: Directives, today: date, ran: frozenset[str]) -> Iterator[Finding]:
    """The findings of one file without the suppressed ones, and what is wrong with the suppressions.

    A reason may hold `(until 2027-01-31)`: from the day after, the suppression no longer counts. `ran` are the rules
    that ran: a suppression of another rule is not called useless.
    """
    used: set[int] = set()
    live = [(item, _expired(item, today)) for item in directives.suppressions]
    for finding in findings:
        match = next((number for number, (item, gone) in enumerate(live) if not gone and covers(item, finding)), None)
        if match is None:
            yield finding
        else:
            used.add(match)
    for problem in directives.problems:
        yield _finding("bad-directive", problem.message, problem.span, problem.hint)
    for number, (item, gone) in enumerate(live):
        if number not in used:
            yield from _useless(item, gone=gone, ran=ran)


def covers(suppression: Suppression, finding: Finding) -> bool:
    """Whether a suppression is about this finding."""
    name = ALIASES.get(suppression.rule, suppression.rule)
    entry = NAMES.get(finding.rule)
    return (finding.rule == name or (entry is not None and entry.family == name)) and suppression.statement in {
        None,
        finding.statement,
    }


def _expired(suppression: Suppression, today: date) -> str:
    found = _UNTIL.search(suppression.reason)
    if found is None:
        return ""
    try:
        until = date.fromisoformat(found[1])
    except ValueError:
        return f"`{found[1]}` is not a date such as 2027-01-31"
    return f"it ended on {until}" if today > until else ""


def _useless(item: Suppression, *, gone: str, ran: frozenset[str]) -> Iterator[Finding]:
    name = ALIASES.get(item.rule, item.rule)
    if name not in NAMES and name not in FAMILIES:
        hint = did_you_mean(item.rule, [*NAMES, *FAMILIES])
        yield _finding("unused-ignore", f"`{item.rule}` is no rule, so this suppresses nothing", item.span, hint)
    elif gone:
        yield _finding("expired-ignore", f"the suppression of `{item.rule}` no longer counts: {gone}", item.span, None)
    elif name in ran or name in FAMILIES:
        message = f"`{item.rule}` finds nothing here, so this suppresses nothing"
        yield _finding("unused-ignore", message, item.span, "Remove the comment.")


def _finding(rule: str, message: str, span: Span, hint: str | None) -> Finding:
    finding = Finding(
        rule=rule,
        severity=Severity(NAMES[rule].severity),
        message=message,
        evidence=Evidence.STATIC,
        span=span,
        hint=hint,
    )
    return replace(finding, fingerprint=fingerprint(finding))
