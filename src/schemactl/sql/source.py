"""SQL text as it came from a file, and its geometry."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from schemactl.core.errors import Place, SourceError
from schemactl.core.findings import Span
from schemactl.sql.lines import Characters, Lines


@dataclass(frozen=True)
class Source:
    """A text and its geometry. Offsets count characters from 0, lines and columns from 1."""

    file: str
    text: str

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from `start` up to `end`."""
        return Span(self.file, *self.position(start), *self.position(end))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset."""
        return self._lines.position(offset)

    def character(self, location: int) -> int:
        """The character offset of a parse node's `location`, which counts bytes from the start of the file."""
        return self._characters.offset(location)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _characters(self) -> Characters:
        return Characters(self.text)

    def error(self, message: str, offset: int | None, hint: str | None = None) -> SourceError:
        """An error at a character offset, to be raised; None stands for a place that is not known."""
        place = Place(self.file, *self.position(offset)) if offset is not None else Place(self.file)
        return SourceError(message, place=place, hint=hint)


def read(path: Path, file: str | None = None) -> str:
    """The text of a file, line ends and byte order mark kept; `file` is how errors name it.

    Raises SourceError for a missing or unreadable file, a directory, and what is not UTF-8.
    """
    name = file or str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError("no such file", place=Place(name)) from error
    except IsADirectoryError as error:
        raise SourceError("is a directory, not a file", place=Place(name)) from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", place=Place(name)) from error
    return decode(data, name)


def decode(data: bytes, file: str) -> str:
    """The text of a file's bytes. Raises SourceError with the line and column of the first byte that is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        hint = "Save the file as UTF-8."
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise SourceError("is UTF-16, not UTF-8", place=Place(file), hint=hint) from error
        before = Lines(data[: error.start].decode("utf-8"))
        place = Place(file, *before.position(len(data[: error.start].decode("utf-8"))))
        raise SourceError(f"is not UTF-8: byte 0x{data[error.start]:02x}", place=place, hint=hint) from error
