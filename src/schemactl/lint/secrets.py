"""What looks like a secret in a text: where it stands, never what it is."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple


class Secret(NamedTuple):
    """A stretch of text, in characters, and what kind of secret it looks like."""

    start: int
    end: int
    what: str


_TOKENS = (
    ("a Supabase access token", r"sbp_[0-9a-f]{40}\b"),
    ("a Supabase secret key", r"sb_secret_[A-Za-z0-9_-]{20,}"),
    ("a GitHub token", r"gh[pousr]_[A-Za-z0-9]{36,}\b|github_pat_[A-Za-z0-9_]{50,}"),
    ("a GitLab token", r"glpat-[A-Za-z0-9_-]{20,}"),
    ("an AWS access key", r"\bAKIA[0-9A-Z]{16}\b"),
    ("a Google API key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("a Stripe key", r"\b[rs]k_(?:live|test)_[0-9a-zA-Z]{20,}"),
    ("a Slack token", r"\bxox[abprs]-[0-9A-Za-z-]{20,}"),
    ("an API key", r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.(eyJ[A-Za-z0-9_-]{10,})\.[A-Za-z0-9_-]{10,}")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.*?-----END [A-Z ]*PRIVATE KEY-----)?", re.DOTALL)
_URL = re.compile(r"\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?)://[^\s:/@'\"]+:([^\s@'\"]+)@")
_PASSWORD = re.compile(r"\bpassword\s*=?\s*(?:E?'((?:[^']|'')*)')", re.IGNORECASE)
_CONNECTION = re.compile(r"\b(?:host|dbname|user)=[^'\"\n]*?\bpassword\s*=\s*([^\s'\";,)]+)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"^$|^[<{\[:%$].*|^(?:null|\*+|x+|\.+|…)$|^current_setting|^\$\{", re.IGNORECASE)
_HASHED = re.compile(r"^(?:md5[0-9a-f]{32}|SCRAM-SHA-256\$)")


# What must be in a text for one of the tokens to be: looked for first, at a fraction of the cost.
_MARKS = (
    "sbp_",
    "sb_secret_",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "AIza",
    "k_live_",
    "k_test_",
    "xox",
    "sk-",
    "SG.",
    "npm_",
)


def tokens(text: str) -> Iterator[Secret]:
    """Access tokens and keys of well-known services."""
    if not any(mark in text for mark in _MARKS):
        return
    for match in _token().finditer(text):
        number = int((match.lastgroup or "t0")[1:])
        yield Secret(match.start(), match.end(), _TOKENS[number][0])


@cache
def _token() -> re.Pattern[str]:
    """Made when a text first holds one of the marks: few do."""
    return re.compile("|".join(f"(?P<t{number}>{pattern})" for number, (_, pattern) in enumerate(_TOKENS)))


def jwts(text: str) -> Iterator[Secret]:
    """JSON Web Tokens; the anonymous key of a Supabase project is public and left out."""
    for match in _JWT.finditer(text) if "eyJ" in text else ():
        role = _claims(match[1]).get("role")
        if role != "anon":
            yield Secret(match.start(), match.end(), f"a JWT of role {role}" if isinstance(role, str) else "a JWT")


def _claims(payload: str) -> dict[str, object]:
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
