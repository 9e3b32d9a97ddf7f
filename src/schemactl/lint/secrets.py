"""What looks like a secret in a text: where it stands, never what it is."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple


class Secret(NamedTuple):
    """A stretch of text, in characters, and what kind of secret it looks like."""

    start: int
    end: int
    what: str


# What it is, how it begins, and what follows.
_TOKENS = (
    ("a Supabase access token", ("sbp_",), r"[0-9a-f]{40}\b"),
    ("a Supabase secret key", ("sb_secret_",), r"[A-Za-z0-9_-]{20,}"),
    ("a GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"[A-Za-z0-9]{36,}\b"),
    ("a GitHub token", ("github_pat_",), r"[A-Za-z0-9_]{50,}"),
    ("a GitLab token", ("glpat-",), r"[A-Za-z0-9_-]{20,}"),
    ("an AWS access key", ("AKIA",), r"[0-9A-Z]{16}\b"),
    ("a Google API key", ("AIza",), r"[0-9A-Za-z_-]{35}"),
    ("a Stripe key", ("sk_live_", "sk_test_", "rk_live_", "rk_test_"), r"[0-9a-zA-Z]{20,}"),
    ("a Slack token", ("xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"), r"[0-9A-Za-z-]{20,}"),
    ("an API key", ("sk-",), r"(?:ant-|proj-)?[A-Za-z0-9_-]{32,}"),
    ("a SendGrid key", ("SG.",), r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("an npm token", ("npm_",), r"[A-Za-z0-9]{36}\b"),
)
_MARKS = sorted(mark for _, marks, _ in _TOKENS for mark in marks)
# Grouped by their first letter, or each would be tried at every place.
_ANY_MARK = re.compile(
    "|".join(
        f"{re.escape(first)}(?:{'|'.join(re.escape(mark[1:]) for mark in marks)})"
        for first, marks in groupby(_MARKS, key=lambda mark: mark[0])
    )
)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.(eyJ[A-Za-z0-9_-]{10,})\.[A-Za-z0-9_-]{10,}")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.*?-----END [A-Z ]*PRIVATE KEY-----)?", re.DOTALL)
_URL = re.compile(r"\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?)://[^\s:/@'\"]+:([^\s@'\"]+)@")
# A space or a sign stands between: what follows `password'` closes a literal.
_PASSWORD = re.compile(r"\bpassword(?:\s*=\s*|\s+)(?:E?'((?:[^'\n]|'')*)')", re.IGNORECASE)
_CONNECTION = re.compile(r"\b(?:host|dbname|user)=[^'\"\n]*?\bpassword\s*=\s*([^\s'\";,)]+)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"^$|^[<{\[:%$].*|^(?:null|\*+|x+|\.+|…)$|^current_setting|^\$\{", re.IGNORECASE)
_HASHED = re.compile(r"^(?:md5[0-9a-f]{32}|SCRAM-SHA-256\$)")


def tokens(text: str) -> Iterator[Secret]:
    """Access tokens and keys of well-known services."""
    for what, marks, rest in _TOKENS if _ANY_MARK.search(text) else ():
        for mark in marks:
            at = text.find(mark)
            while at >= 0:
                found = None if at and text[at - 1].isalnum() else re.compile(rest).match(text, at + len(mark))
                if found:
                    yield Secret(at, found.end(), what)
                at = text.find(mark, at + 1)


def jwts(text: str) -> Iterator[Secret]:
    """JSON Web Tokens; the anonymous key of a Supabase project is public and left out."""
    for match in _JWT.finditer(text) if "eyJ" in text else ():
        role = _claims(match[1]).get("role")
        if role != "anon":
            yield Secret(match.start(), match.end(), f"a JWT of role {role}" if isinstance(role, str) else "a JWT")


def _claims(payload: str) -> dict[str, object]:
    import base64
    import binascii
    import json

    try:
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def private_keys(text: str) -> Iterator[Secret]:
    """Private keys in PEM form."""
    found = _PRIVATE_KEY.finditer(text) if "PRIVATE KEY-----" in text else ()
    return (Secret(match.start(), match.end(), "a private key") for match in found)


def urls(text: str) -> Iterator[Secret]:
    """Passwords in connection strings."""
    for match in _URL.finditer(text) if "://" in text else ():
        if not _PLACEHOLDER.match(match[1]):
            yield Secret(match.start(1), match.end(1), "a password in a connection string")


def passwords(text: str) -> Iterator[Secret]:
    """Password literals of roles, user mappings and connection strings; placeholders are left out."""
    for pattern in (_PASSWORD, _CONNECTION) if "password" in text.lower() else ():
        for match in pattern.finditer(text):
            if match[1] and not _PLACEHOLDER.match(match[1]):
                what = "a hashed password" if _HASHED.match(match[1]) else "a password"
                yield Secret(match.start(1), match.end(1), what)


def masked(text: str, places: list[tuple[int, int]]) -> str:
    """The text with the stretches made unreadable, each as long as it was."""
    for start, end in places:
        text = text[:start] + "•" * (end - start) + text[end:]
    return text


LOOKS: dict[str, Callable[[str], Iterator[Secret]]] = {
    "secret-access-token": tokens,
    "secret-jwt": jwts,
    "secret-private-key": private_keys,
    "secret-password": passwords,
    "secret-connection-url": urls,
}
