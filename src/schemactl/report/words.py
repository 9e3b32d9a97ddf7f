"""Text that is safe to show, and counts in words."""

import re
from collections import Counter
from collections.abc import Iterable

from schemactl.core.findings import Finding, Severity
from schemactl.core.words import plural

TAB = "    "
_NOTE_LINES = 15

# Direction overrides reorder what a reader sees; lone surrogates come from file names that are not UTF-8.
_HIDDEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
_CONTROLS |= {0x7F: "\u2421"} | dict.fromkeys(range(128, 160), "�")
_CONTROLS |= {ord("\t"): TAB, 0x2028: "\u2424", 0x2029: "\u2424"}


def printable(text: str) -> str:
    """`text` with nothing in it that a terminal would obey: control characters become visible, line feeds stay."""
    visible = text.replace("\r\n", "\n").translate(_CONTROLS)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", visible)


def one_line(text: str) -> str:
    """`text` on one line, white space folded."""
    return " ".join(printable(text).split())


def tally(findings: Iterable[Finding]) -> str:
    """`2 errors, 1 warning`, most severe first; infos read `3 notes`; empty where there are none."""
    counts = Counter(finding.severity for finding in findings)
    nouns = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    return ", ".join(plural(counts[severity], noun) for severity, noun in nouns.items() if counts[severity])


def head(text: str) -> str:
    """The first lines of a note, and how many were left out."""
    lines = text.split("\n")
    if len(lines) <= _NOTE_LINES:
        return text
    rest = plural(len(lines) - _NOTE_LINES, "more line")
    return "\n".join([*lines[:_NOTE_LINES], f"… {rest}; `--format json` has all of them"])
