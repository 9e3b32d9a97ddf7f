"""Take passwords and tokens out of text before anybody reads it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MASK = "***"
_SHORT = 5

# Lengths are bounded, so that no text, however it is made, takes more than linear time.
_QUOTED = r"(?:[eE]?'(?:[^'\\]|''|\\.){0,4096}'|\"[^\"]{0,4096}\"|\$(\w{0,63})\$.{0,4096}?\$\2\$)"


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a secret looks like. `words`, in lower case: without one of them in a text, the pattern is not tried."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str = MASK


_SHAPES = (
    # scheme://user:password@host; a password may hold an @ that was not encoded, so the last one before a blank counts
    _Shape(
        ("://",),
        re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://[^\s:/@'\"]{0,128}):[^\s'\"]{0,512}@", re.IGNORECASE),
        rf"\1:{MASK}@",
    ),
    # password=…, ?password=…&, "password": "…", password='a b'
    _Shape(
        ("passw", "access_token", "access-token", "accesstoken", "api_key", "api-key", "apikey", "secret"),
        re.compile(
            r"\b((?:ssl)?password|passwd|pgpassword|access[_-]?token|api[_-]?key|secret[_-]?key)(\"?\s{0,8}[=:]\s{0,8})"
            r"(?:'(?:[^'\\]|''|\\.){0,4096}'|\"[^\"]{0,4096}\"|[^\s&;,'\")]+)",
            re.IGNORECASE,
        ),
        rf"\1\2{MASK}",
    ),
    # CREATE ROLE … PASSWORD '…', user mappings' OPTIONS (password '…')
    _Shape(
        ("password",),
        re.compile(rf"\b(password\s{{1,8}}){_QUOTED}", re.IGNORECASE | re.DOTALL),
        rf"\1'{MASK}'",
    ),
    _Shape(("bearer",), re.compile(r"\b(bearer\s{1,8})[\w.~+/=-]+", re.IGNORECASE), rf"\1{MASK}"),
    _Shape(("eyj",), re.compile(r"\beyJ[\w-]{8,4096}\.[\w-]{8,4096}\.[\w-]*")),
    _Shape(("sbp_",), re.compile(r"\bsbp_(?:oauth_)?[0-9a-f]{40}\b")),
    _Shape(
        ("sb_secret_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "akia"),
        re.compile(r"\b(?:sb_secret_[\w-]{8,}|gh[pousr]_\w{36,}|github_pat_\w{22,}|AKIA[0-9A-Z]{16})"),
    ),
    _Shape(("k_live_", "k_test_"), re.compile(r"\b[sr]k_(?:live|test)_\w{16,}")),
    _Shape(
        ("private key-----",),
        re.compile(
            r"-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,32}PRIVATE KEY-----|\Z)", re.DOTALL
        ),
    ),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with passwords and tokens masked: by their shape, and each of `secrets` wherever it stands.

    Masking twice changes nothing more.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        # A short password is masked only where it stands alone: `x` must not tear up every word with an x.
        alone = re.escape(secret) if len(secret) > _SHORT else rf"(?<!\w){re.escape(secret)}(?!\w)"
        text = re.sub(alone, MASK, text)
    lowered = text.lower()
    for shape in _SHAPES:
        if any(word in lowered for word in shape.words):
            text = shape.pattern.sub(shape.replacement, text)
    return text


def shorten(text: str, width: int = 200) -> str:
    """`text` redacted, on one line, at most `width` characters."""
    line = " ".join(redact(text).split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
