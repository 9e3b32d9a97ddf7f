"""The token stream of SQL text, and the checksum that cosmetic edits leave alone.

The manual: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
"""

import hashlib
import re
import string
from collections.abc import Iterator
from typing import NamedTuple

from schemactl.sql.lines import BOM

_WIDE = re.compile(r"[^\x00-\x7f]")
_DOLLAR_TAG = re.compile(r"(?=(\$[^$\s]*\$))")
_COMMENTS = frozenset({"SQL_COMMENT", "C_COMMENT"})
_FOLDED = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


class Token(NamedTuple):
    """A token: its name in Postgres' scanner, and where it stands (character offsets, the end exclusive)."""

    name: str
    start: int
    end: int

    @property
    def is_comment(self) -> bool:
        """Whether the token is a comment of either form."""
        return self.name in _COMMENTS


def scan(text: str) -> Iterator[Token]:
    """The tokens of `text`, comments included. Raises pglast's ParseError on what the scanner refuses."""
    from pglast import parser

    for token in parser.scan(narrow(text)):
        yield Token(token.name, token.start, token.end + 1)


def narrow(text: str) -> str:
    """A text of the same length and the same tokens that is ASCII: one character, one byte.

    pglast converts offsets slowly for scans and twice for errors; with ASCII there is nothing to convert. A letter that
    is not ASCII may stand in identifiers, as an underscore may; dollar-quote tags must stay distinct.
    """
    if text.isascii():
        return text
    text = " " + text[1:] if text.startswith(BOM) else text
    for tag in {tag for tag in _DOLLAR_TAG.findall(text) if not tag.isascii()}:
        substitutes = (f"${letter * (len(tag) - 2)}$" for letter in string.ascii_letters)
        text = text.replace(tag, next((other for other in substitutes if other not in text), tag))
    return _WIDE.sub("_", text)


def token_checksum(text: str) -> str:
    """SHA-256 (hex) over the tokens of `text`: the same after a cosmetic edit, another after a semantic one.

    Dropped: comments, white space outside literals, empty statements, the last semicolon. Folded: CRLF to LF, inside
    literals too; the case of key words and unquoted identifiers, for ASCII letters, as the server folds them. A text
    that cannot be scanned is hashed as it is, line ends folded.
    """
    from pglast import parser

    text = text.removeprefix(BOM).replace("\r\n", "\n")
    try:
        words = text if "\x00" in text else "\x00".join(_words(text))
    except parser.ParseError:
        words = text
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def significant_words(text: str) -> list[str]:
    """The tokens as text, comments left out and plain words in lower case; empty for what cannot be scanned."""
    from pglast import parser

    try:
        return list(_words(text))
    except parser.ParseError:
        return []


def _words(text: str) -> Iterator[str]:
    separator = False
    first = True
    for token in scan(text):
        word = text[token.start : token.end]
        if word == ";":
            separator = not first
        elif not token.is_comment:
            if separator:
                yield ";"
            yield word.translate(_FOLDED) if _is_plain_word(word) else word
            separator = first = False


def _is_plain_word(word: str) -> bool:
    """A key word or an unquoted identifier; literals such as E'…' and U&"…" begin with a letter too."""
    return (word[0].isalpha() or word[0] == "_") and "'" not in word and '"' not in word
