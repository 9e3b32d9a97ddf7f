"""Directives: line comments that steer one file.

`-- schemactl:transaction=none` and the like stand at the head of a file, before its first statement.
`-- schemactl:ignore rule: reason` stands on a line of its own above the statement that it is about, and
`-- schemactl:ignore-file rule: reason` at the head. What is unknown, misplaced or malformed is a problem, never
skipped: `apply` refuses it, `lint` reports it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from schemactl.core.durations import milliseconds
from schemactl.core.errors import ConfigError, Place
from schemactl.core.findings import Span
from schemactl.core.words import did_you_mean
from schemactl.sql.parse import Comment, Script

PREFIX = "schemactl"

SETTINGS = {
    "transaction": "`none` runs the file statement by statement, for what cannot run in a transaction.",
    "lock_timeout": "How long a statement of the file waits for a lock, instead of `apply.lock_timeout`: `500ms`.",
    "statement_timeout": "How long a statement may take, instead of `apply.statement_timeout`: `20min`.",
    "replaces": "The versions that a squashed file stands for; a database that has them all has the file: `0001,0002`.",
}
SUPPRESSIONS = {
    "ignore": "Silences a rule for the next statement: `-- schemactl:ignore rule-name: reason`.",
    "ignore-file": "Silences a rule for the whole file, at its head: `-- schemactl:ignore-file rule-name: reason`.",
}
_EXAMPLES = {"transaction": "none", "replaces": "0001,0002"}
KNOWN = {**SETTINGS, **SUPPRESSIONS}

_DURATION = re.compile(r"0|[0-9]+(?:us|ms|s|min|h|d)")
_WORDED = re.compile(r"--[ \t]*([A-Za-z_-]{6,12}?)[ \t]*(?::|[- ](?=ignore))(.*)", re.DOTALL)
_BLOCK = re.compile(rf"/\*[*\s]*{PREFIX}\s*:", re.IGNORECASE)
_CANDIDATE = re.compile(r"(?:--|/\*)[*\s]*[A-Za-z_-]{6,12}[ \t]*(?::|[- ]ignore)")
_REVERSAL = re.compile(
    r"--[ \t]*(?:migrate:down|\+goose[ \t]+down|\+migrate[ \t]+down|-- create above / drop below --)", re.IGNORECASE
)
_SETTING = re.compile(r"([\w-]+)\s*=\s*(.*)")
_SUPPRESSION = re.compile(r"(ignore(?:-file)?)\b\s*([^:]*)(?::\s*(.*))?")
_RULE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_VERSIONS = re.compile(r"[0-9]+(?:,[0-9]+)*")


@dataclass(frozen=True, slots=True)
class Suppression:
    """A rule is silenced for statement `statement` (from 1), or, when that is None, for the file."""

    rule: str
    reason: str
    statement: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """A directive that cannot be followed, where it stands and what to write instead."""

    message: str
    span: Span
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Directives:
    """What the directives of one file ask for.

    `transaction` is False for `transaction=none`. Times are Postgres durations (`2s`), None where none is set.
    """

    transaction: bool = True
    lock_timeout: str | None = None
    statement_timeout: str | None = None
    suppressions: tuple[Suppression, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def require_sound(self) -> None:
        """Raise ConfigError (exit 2) at the first problem."""
        for problem in self.problems:
            place = Place(problem.span.file, problem.span.line, problem.span.column)
            raise ConfigError(problem.message, place=place, hint=problem.hint)


def read(script: Script) -> Directives:
    """The directives of a file. Raises nothing for bad ones: they are `problems`."""
    if not (_CANDIDATE.search(script.text) or _REVERSAL.search(script.text)):
        return Directives()
    settings: dict[str, str] = {}
    suppressions: list[Suppression] = []
    problems: list[Problem] = []
    for comment in script.comments:
        try:
            for item in _read(comment, script):
                if isinstance(item, Suppression):
                    suppressions.append(item)
                else:
                    _add(settings, item, comment)
        except _Refused as refused:
            problems.append(Problem(refused.message, comment.span, refused.hint))
    return Directives(
        transaction=settings.get("transaction") != "none",
        lock_timeout=settings.get("lock_timeout"),
        statement_timeout=settings.get("statement_timeout"),
        suppressions=tuple(suppressions),
        problems=tuple(problems),
    )


class _Refused(Exception):
    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def _add(settings: dict[str, str], item: tuple[str, str], comment: Comment) -> None:
    name, value = item
    if name in settings:
        raise _Refused(f"`{name}` is set twice in {comment.span.file}", "Keep one of them.")
    settings[name] = value


def _read(comment: Comment, script: Script) -> Iterator[Suppression | tuple[str, str]]:
    if _REVERSAL.match(comment.text):
        raise _Refused(
            f"`{comment.text.strip()}`: the file holds its own reversal, and would run both",
            "Move what follows to a file of its own beside this one, named `….down.sql`; `schemactl adopt` does so.",
        )
    body = _body(comment.text)
    if body is None:
        return
    if found := _SUPPRESSION.fullmatch(body):
        yield from _suppressions(found, comment, script)
    else:
        yield _setting(body, comment, script)


def _body(text: str) -> str | None:
    """What follows `schemactl:`, or None for a comment that is no directive. A near miss of the prefix is refused."""
    if _BLOCK.match(text):
        raise _Refused("a directive in a block comment", f"Write it as a line comment: `-- {PREFIX}:…`.")
    found = _WORDED.fullmatch(text.rstrip())
    if found is None:
        return None
    word, body = found[1], found[2].strip()
    colon = text[found.end(1) :].lstrip().startswith(":")
    if word == PREFIX and colon:
        return body
    alike = SequenceMatcher(None, word.lower().strip("-_"), PREFIX).ratio() >= 0.8
    if alike and (body.startswith("ignore") or _SETTING.fullmatch(body)):
        raise _Refused(f"`{text.strip()}` is not a directive", f"Did you mean `-- {PREFIX}:{body}`?")
    return None


def _setting(body: str, comment: Comment, script: Script) -> tuple[str, str]:
    found = _SETTING.fullmatch(body)
    name, value = (found[1], found[2].strip()) if found else (re.split(r"[\s:]", body)[0], "")
    if name not in KNOWN:
        raise _Refused(f"unknown directive `{name}`" if name else "an empty directive", did_you_mean(name, KNOWN))
    if not value or name in SUPPRESSIONS:
        raise _Refused(f"malformed directive `{body}`", f"Write {_example(name)}.")
    if name == "transaction" and value != "none":
        raise _Refused(f"`transaction` cannot be `{value}`", "Known: none. Leave it out for a transaction.")
    if name == "replaces" and not _VERSIONS.fullmatch(value):
        raise _Refused(f"`replaces` cannot be `{value}`", "Write versions with commas between: 0001,0002.")
    if name not in ("transaction", "replaces"):
        _require_duration(name, value)
    _require_head(name, comment, script)
    return name, value


def _require_duration(name: str, value: str) -> None:
    if not _DURATION.fullmatch(value):
        raise _Refused(f"`{name}` cannot be `{value}`", "Write a number with its unit: 500ms, 2s, 20min; or 0.")
    try:
        milliseconds(value, f"`{name}`")
    except ConfigError as error:
        raise _Refused(error.message, error.hint or "") from None


def _suppressions(found: re.Match[str], comment: Comment, script: Script) -> Iterator[Suppression]:
    name, reason = found[1], (found[3] or "").strip()
    rules = [rule.strip() for rule in found[2].split(",")]
    if not all(_RULE.fullmatch(rule) for rule in rules):
        raise _Refused(f"malformed directive `{found[0]}`", f"Write {_example(name)}.")
    if not reason:
        raise _Refused(f"`{name} {found[2].strip()}` gives no reason", f"Write {_example(name, found[2].strip())}.")
    if name == "ignore-file":
        _require_head(name, comment, script)
    statement = None if name == "ignore-file" else _next_statement(comment, script)
    for rule in rules:
        yield Suppression(rule, reason, statement, comment.span)


def _require_head(name: str, comment: Comment, script: Script) -> None:
    if script.statements and comment.start > script.statements[0].start:
        line = script.statements[0].line
        raise _Refused(
            f"`{name}` is about the whole file but stands behind its first statement (line {line})",
            "Move it to the head of the file.",
        )


def _next_statement(comment: Comment, script: Script) -> int:
    for statement in script.statements:
        if comment.start < statement.start:
            return statement.index
        if comment.start < statement.end:
            raise _Refused(
                f"a suppression inside statement {statement.index}", "Move it to a line of its own above the statement."
            )
        if comment.line == statement.end_line:
            raise _Refused(
                f"a suppression behind statement {statement.index}, on its line",
                "Move it to a line of its own above the statement that it is about.",
            )
    raise _Refused("a suppression that no statement follows", "Remove it, or move it above its statement.")


def _example(name: str, rule: str = "rule-name") -> str:
    if name in SUPPRESSIONS:
        return f"`-- {PREFIX}:{name} {rule}: why this is safe here`"
    return f"`-- {PREFIX}:{name}={_EXAMPLES.get(name, '2s')}`"
