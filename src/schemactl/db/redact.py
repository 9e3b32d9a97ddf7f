"""Take passwords and tokens out of text before anybody reads it."""

import re
from collections.abc import Iterable

MASK = "***"
_SHORT = 5

_QUOTED = r"(?:[eE]?'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|\$(\w*)\$.*?\$\2\$)"
_PATTERNS = (
    # scheme://user:password@host; a password may hold an @ that was not encoded, so the last one before a blank counts
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@'\"]*):[^\s'\"]*@", re.IGNORECASE), rf"\1:{MASK}@"),
    # password=…, ?password=…&, "password": "…", password='a b'
    (
        re.compile(
            r"\b((?:ssl)?password|passwd|pgpassword|access[_-]?token|api[_-]?key|secret[_-]?key)(\"?\s*[=:]\s*)"
            r"(?:'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|[^\s&;,'\")]+)",
            re.IGNORECASE,
        ),
        rf"\1\2{MASK}",
    ),
    # CREATE ROLE … PASSWORD '…', user mappings' OPTIONS (password '…')
    (re.compile(rf"\b(password\s+){_QUOTED}", re.IGNORECASE | re.DOTALL), rf"\1'{MASK}'"),
    (re.compile(r"\b(bearer\s+)[\w.~+/=-]+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), MASK),
    (re.compile(r"\bsbp_(?:oauth_)?[0-9a-f]{40}\b"), MASK),
    (re.compile(r"\b(?:sb_secret_[\w-]{8,}|gh[pousr]_\w{36,}|github_pat_\w{22,}|AKIA[0-9A-Z]{16})"), MASK),
    (re.compile(r"\b[sr]k_(?:live|test)_\w{16,}"), MASK),
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        MASK,
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
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def shorten(text: str, width: int = 200) -> str:
    """`text` redacted, on one line, at most `width` characters."""
    line = " ".join(redact(text).split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
