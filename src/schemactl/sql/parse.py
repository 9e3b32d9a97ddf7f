"""SQL text to statements, by Postgres' own parser, with exact spans."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from schemactl.core.findings import Span
from schemactl.sql import comments, syntax
from schemactl.sql.source import Source

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of either form, its marks included."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """The comment as written."""
        return self.source.text[self.start : self.end]

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.source.span(self.start, self.end)

    @property
    def line(self) -> int:
        """The line it begins on, from 1."""
        return self.source.position(self.start)[0]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, from its first token to its last: without the semicolon and the comments around it.

    `index` counts from 1 within the file; `start` and `end` are character offsets into the file's text, the end
    exclusive. `kind` and `node` are libpg_query's: `CreateStmt` and its JSON, where zero, false and empty fields are
    absent.
    """

    source: Source = field(repr=False)
    index: int
    start: int
    end: int
    kind: str
    node: Node = field(repr=False, compare=False)

    def forget_tree(self) -> None:
        """Let go of `node`, where nobody will ask for it any more; all else stays."""
        object.__setattr__(self, "node", {})

    @property
    def text(self) -> str:
        """The statement as written."""
        return self.source.text[self.start : self.end]

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.source.file

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.source.span(self.start, self.end)

    @property
    def line(self) -> int:
        """The line of its first character, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """The column of its first character, from 1."""
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        """The line of the character after its last."""
        return self.source.position(self.end)[0]

    @property
    def end_column(self) -> int:
        """The column of the character after its last."""
        return self.source.position(self.end)[1]


@dataclass(frozen=True)
class Script:
    """The statements of one file, in order."""

    source: Source
    statements: tuple[Statement, ...]

    @property
    def file(self) -> str:
        """The file's name, as given."""
        return self.source.file

    @property
    def text(self) -> str:
        """The whole text, as given."""
        return self.source.text

    @cached_property
    def head(self) -> tuple[Comment, ...]:
        """The comments before the first statement: the place of directives."""
        return tuple(Comment(self.source, *span) for span in comments.leading(self.text, 0)[1])

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """Every comment, in order, those inside statements too."""
        return tuple(Comment(self.source, *span) for span in self._comment_spans())

    def _comment_spans(self) -> Iterator[tuple[int, int]]:
        end = 0
        for statement in self.statements:
            yield from self._between(end, statement.start)
            yield from comments.inside(self.text, statement.start, statement.end)
            end = statement.end
        yield from self._between(end, len(self.text))

    def _between(self, start: int, end: int) -> list[tuple[int, int]]:
        return comments.leading(self.text, start)[1] if start < end else []


def parse(text: str, file: str = "<text>") -> Script:
    """Read `text` as SQL for Postgres.

    A byte order mark at the start is skipped. Raises SourceError, with the place and what to do, for a syntax error,
    psql meta-commands and variables, `COPY … FROM stdin`, NUL bytes, lone surrogates, and nesting too deep to be read.
    """
    source = Source(file, text)
    statements = []
    for index, raw in enumerate(syntax.read(source), start=1):
        location = source.character(raw.get("stmt_location", 0))
        length = raw.get("stmt_len")
        end = source.character(raw.get("stmt_location", 0) + length) if length else len(text)
        start = comments.leading(text, location)[0]
        ((kind, node),) = raw["stmt"].items()
        statements.append(Statement(source, index, start, comments.trimmed_end(text, start, end), kind, node))
    return Script(source, tuple(statements))
