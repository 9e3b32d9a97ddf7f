"""Small edits of a statement's text that leave the rest as it was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from schemactl.sql.parse import Statement
from schemactl.sql.tokens import scan


@dataclass(frozen=True, slots=True)
class Word:
    """A token of a statement: its text, in lower case unless it is quoted, and its place in the statement's text."""

    text: str
    start: int
    end: int


class Words:
    """The tokens of a statement's text, comments left out."""

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of(cls, statement: Statement) -> "Words":
        """The words of a statement."""
        return cls(statement.text)

    @cached_property
    def words(self) -> Sequence[Word]:
        """The tokens in order."""
        return [
            Word(self.text[token.start : token.end].lower(), token.start, token.end)
            for token in scan(self.text)
            if not token.is_comment
        ]

    def find(self, *texts: str, after: int = 0) -> int | None:
        """The index of the first word from `after` on that is one of `texts`, outside parentheses."""
        depth = 0
        for index, word in enumerate(self.words[after:], start=after):
            if word.text in "()[]":
                depth += 1 if word.text in "([" else -1
            elif not depth and word.text in texts:
                return index
        return None

    def styled(self, keywords: str) -> str:
        """Key words in the case of the statement's first word."""
        first = self.text[: self.words[0].end]
        return keywords.lower() if first.islower() else keywords

    def inserted_after(self, keywords: str, *texts: str) -> str:
        """The text with `keywords` after the first word that is one of `texts`; unchanged when there is none."""
        index = self.find(*texts)
        return self.text if index is None else self.with_insertion(index, keywords)

    def with_insertion(self, index: int, keywords: str) -> str:
        """The text with `keywords` after the word at `index`."""
        end = self.words[index].end
        return f"{self.text[:end]} {self.styled(keywords)}{self.text[end:]}"

    def parts(self, start: int) -> list[str]:
        """The text from the word at `start` on, split at commas outside parentheses; comments at the edges are lost."""
        pieces: list[str] = []
        begin, depth = start, 0
        for index, word in enumerate(self.words[start:], start=start):
            if word.text in "()[]":
                depth += 1 if word.text in "([" else -1
            elif word.text == "," and not depth:
                pieces.append(self.between(begin, index))
                begin = index + 1
        return [*pieces, self.between(begin, len(self.words))]

    def between(self, start: int, end: int) -> str:
        """The text of the words from `start` up to `end`, without the comments around them."""
        return self.text[self.words[start].start : self.words[end - 1].end]


def do_block(body: str) -> str:
    """A DO block around PL/pgSQL statements, quoted by a tag that the body does not hold."""
    tag, number = "$$", 0
    while tag in body:
        number += 1
        tag = "$guard$" if number == 1 else f"$guard{number}$"
    return f"DO {tag}\nBEGIN\n{body}\nEND\n{tag}"


def unless(condition: str, statement: str) -> str:
    """A DO block that runs a statement where `condition` finds no row."""
    return unless_each([(condition, statement)])


def unless_each(pairs: Sequence[tuple[str, str]]) -> str:
    """A DO block that runs each statement whose condition finds no row."""
    return do_block("\n".join(_if(f"NOT EXISTS ({condition})", statement) for condition, statement in pairs))


def where(condition: str, statement: str) -> str:
    """A DO block that runs a statement where `condition` finds a row."""
    return where_each([(condition, statement)])


def where_each(pairs: Sequence[tuple[str, str]]) -> str:
    """A DO block that runs each statement whose condition finds a row."""
    return do_block("\n".join(_if(f"EXISTS ({condition})", statement) for condition, statement in pairs))


def _if(condition: str, statement: str) -> str:
    return f"  IF {condition} THEN\n    {statement};\n  END IF;"


def ignoring(exception: str, statement: str) -> str:
    """A DO block that runs a statement and passes over one exception."""
    return do_block(f"  {statement};\nEXCEPTION\n  WHEN {exception} THEN NULL;")
