"""Texts that match patterns, have a length, and look like what their column is called."""

import re
from functools import cache
from random import Random
from typing import Final

from schemactl.rows.scalars import lengths
from schemactl.rows.types import Type
from schemactl.rows.wishes import Conflict, Draw, Wish

_CLASSES: Final = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "lower": "a-z", "upper": "A-Z", "space": " ",
    "xdigit": "0-9a-f", "punct": "!,.:;?", "word": "a-zA-Z0-9_", "blank": " ", "graph": "!-~", "print": " -~",
}  # fmt: skip
_LONGEST = 1000
_ATTEMPTS = 40
THEMES: Final = (
    "{0}", "1.0.{0}", "person{0}@example.org", "https://example.org/{0}", "00000000-0000-4000-8000-{0:012}",
    "2024-01-01",
    '{{"n": {0}}}', "a{0}-b", "A{0}", "10.0.0.{0}", "/a/{0}", "a.{0}", "+1202555{0:04}", "{0:032x}", "12:00", "true",
)  # fmt: skip
"""What texts may look like to a trigger that is particular about them."""

_FORMS: Final = (
    ("email", "person{0}@example.org"),
    ("url|uri|link|href|website", "https://example.org/{0}"),
    ("phone|mobile", "+1202555{0:04d}"),
    ("country", "US"),
    ("currency", "USD"),
    ("locale|language|lang", "en"),
    ("time_?zone", "UTC"),
    ("ip_address|ip_addr|^ip$", "10.0.0.{0}"),
    ("colou?r", "#{0:06x}"),
    ("version", "1.0.{0}"),
    ("json", '{{"n": {0}}}'),
)


def text(type_: Type, wish: Wish, draw: Draw) -> str:
    """A text, varchar, char, name or citext. Raises Conflict when nothing was found that is all that is wished."""
    limit = {"name": 63, "character": type_.size or 1}.get(type_.name, type_.size)
    shortest, longest = lengths(wish, 1, min(limit or _LONGEST, _LONGEST))
    longest = min(longest, limit or longest)
    if shortest > longest:
        raise Conflict
    for attempt in range(_ATTEMPTS):
        found = _fitted(_cased(_candidate(wish, draw, attempt), wish), wish, draw, shortest, longest)
        if found is not None and wish.admits(found) and _matches(found, wish):
            return found
    raise Conflict


def _candidate(wish: Wish, draw: Draw, attempt: int) -> str:
    wanted = [(name, pattern) for name, pattern, positive in wish.patterns if positive]
    if not wanted:
        if wish.hints and draw.random.random() < 0.5:
            return draw.random.choice(wish.hints)
        return _plausible(draw, attempt)
    name, pattern = wanted[attempt % len(wanted)]
    if name == "^@":
        return pattern + _plausible(draw, attempt)
    if name.startswith("~~"):
        return _from_like(pattern, _plausible(draw, attempt))
    return from_pattern(pattern, draw.random)


def _plausible(draw: Draw, attempt: int) -> str:
    count = draw.number if draw.distinct else draw.random.randint(0, 999)
    form = (draw.theme or _form(draw.label.lower())) if attempt < 3 else None
    if form and (not draw.distinct or "{" in form):
        return form.format(count)
    word = re.sub(r"[^a-z]", "", draw.label.lower())[:20] or "text"
    return f"{word}{count}"


@cache
def _form(label: str) -> str | None:
    return next((form for pattern, form in _FORMS if re.search(pattern, label)), None)


def _fitted(found: str, wish: Wish, draw: Draw, shortest: int, longest: int) -> str | None:
    """The candidate made as long as wished; one that must match a pattern is left as it is."""
    if shortest <= len(found) <= longest:
        return found
    if any(positive and name not in {"~~", "~~*", "^@"} for name, _, positive in wish.patterns):
        return None
    if len(found) < shortest:
        return found + "x" * (shortest - len(found))
    if draw.distinct:
        return _counted(draw.number, longest) if longest else ""
    return found[len(found) - longest :]


def _counted(count: int, longest: int) -> str:
    """A number in base 36, its last digits first, so that short codes differ."""
    digits = "abcdefghijklmnopqrstuvwxyz0123456789"
    written = digits[count % 36]
    while count >= 36:
        count //= 36
        written += digits[count % 36]
    return written[:longest].ljust(min(longest, 2), "a")


def _cased(found: str, wish: Wish) -> str:
    steps = {name for name, _ in wish.steps}
    if "lower" in steps and "upper" not in steps:
        return found.lower()
    return found.upper() if "upper" in steps and "lower" not in steps else found


def _matches(found: str, wish: Wish) -> bool:
    return all(_matched(found, name, pattern) is not (not positive) for name, pattern, positive in wish.patterns)


def _matched(found: str, name: str, pattern: str) -> bool | None:
    """Whether it matches as far as Python's rules tell; None when the pattern is not one of Python's."""
    flags = re.DOTALL | (re.IGNORECASE if name.endswith("*") else 0)
    if name == "^@":
        return found.startswith(pattern)
    try:
        if name.startswith("~~"):
            return re.fullmatch(_like_as_regex(pattern), found, flags) is not None
        return re.search(translated(pattern), found, flags) is not None
    except re.error:
        return None


def _from_like(pattern: str, filling: str) -> str:
    texts = re.findall(r"\\.|%|_|[^\\%_]+", pattern, re.DOTALL)
    return "".join({"%": filling, "_": "x"}.get(part, part[1:] if part[0] == "\\" else part) for part in texts)


def _like_as_regex(pattern: str) -> str:
    texts = re.findall(r"\\.|%|_|[^\\%_]+", pattern, re.DOTALL)
    return "".join({"%": ".*", "_": "."}.get(p, re.escape(p[1:] if p[0] == "\\" else p)) for p in texts)


def from_pattern(pattern: str, random: Random) -> str:
    """A text that a regular expression of Postgres matches. Raises Conflict for one that cannot be read."""
    from rstr import Rstr

    try:
        return str(Rstr(random).xeger(translated(pattern)))
    except (re.error, ValueError, KeyError, IndexError, OverflowError, RecursionError):
        raise Conflict from None


@cache
def translated(pattern: str) -> str:
    """A regular expression of Postgres in Python's words (PostgreSQL manual, 9.7.3)."""
    pattern = re.sub(r"^\*\*\*:|^\(\?[a-z]+\)", "", pattern)
    pattern = re.sub(r"\[:(\w+):\]", lambda found: _CLASSES.get(found[1], ""), pattern)
    return re.sub(r"\\[mMyY]", "", pattern).replace(r"\Z", "$").replace(r"\A", "^")
