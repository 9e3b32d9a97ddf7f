"""Slips that Postgres' grammar refuses without a word of advice, and what to write instead."""

import re
from typing import NamedTuple


class _Slip(NamedTuple):
    """A pattern that a refused text holds around the place of the error."""

    pattern: re.Pattern[str]
    hint: str


def _slip(pattern: str, hint: str) -> _Slip:
    return _Slip(re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE), hint)


_REACH = 120
_LAG = 24
"""How many characters after a slip the grammar may give up."""

_SLIPS = (
    _slip(r"\bcreate policy if not\b", "Write DROP POLICY IF EXISTS … ON …; before CREATE POLICY."),
    _slip(r"\bcreate or replace policy\b", "Write DROP POLICY IF EXISTS … ON …; before CREATE POLICY."),
    _slip(r"\bcreate (?:constraint )?trigger if not\b", "Write CREATE OR REPLACE TRIGGER."),
    _slip(r"\bcreate (?:function|procedure|view|rule|aggregate) if not\b", "Write CREATE OR REPLACE."),
    _slip(
        r"\bcreate or replace materialized\b", "Write CREATE MATERIALIZED VIEW IF NOT EXISTS, or drop the view first."
    ),
    _slip(r"\bcreate or replace (?:table|index|sequence|schema)\b", "Write CREATE … IF NOT EXISTS."),
    _slip(
        r"\bcreate (?:or replace (?:type|domain|role)\b|(?:type|domain|role|user|publication|database) if not\b)",
        "There is no such guard for this kind: put it into a DO block that looks into the catalog first.",
    ),
    _slip(
        r"\badd constraint if not\b",
        "Put it into a DO block that looks into pg_constraint first, or drop the constraint IF EXISTS before.",
    ),
    _slip(r"\balter (?:policy|trigger|type|role|function) if exists\b", "There is no IF EXISTS here: use a DO block."),
    _slip(r"\bif not exists concurrently\b", "Write CONCURRENTLY before IF NOT EXISTS."),
    _slip(r"`", "Quote identifiers with double quotes."),
    _slip(r"\bauto_?increment\b", "Write GENERATED ALWAYS AS IDENTITY."),
    _slip(r"\bdelimiter\b", "Leave it out: bodies are quoted with $$ in PostgreSQL."),
    _slip(r"(?m)^go\b", "Leave it out: statements end with a semicolon."),
    _slip(r"(?:<<<<<<<|=======|>>>>>>>)", "Resolve the merge conflict."),
)


def hint(text: str, offset: int) -> str | None:
    """What to write instead of the slip at or just before the error's offset; None where none is known."""
    start = max(0, text.rfind(";", 0, offset) + 1, offset - _REACH)
    part = text[start : offset + _REACH]
    at = offset - start
    for pattern, advice in _SLIPS:
        if any(match.start() <= at <= match.end() + _LAG for match in pattern.finditer(part)):
            return advice
    return None
