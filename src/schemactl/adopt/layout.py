"""A tool's migrations as files of ours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemactl.adopt.model import Counterpart, Foreign, Part, Reading
from schemactl.adopt.numbering import labels
from schemactl.adopt.reading import INNER, holds_statements, unwrapped
from schemactl.adopt.unmapped import unmapped
from schemactl.core.errors import SourceError
from schemactl.core.findings import Finding
from schemactl.migrations import directives
from schemactl.migrations.model import Version
from schemactl.migrations.names import Name, Role
from schemactl.sql import parse
from schemactl.sql.transactions import Needs, control, requirement

DIRECTIVE = f"-- {directives.PREFIX}:transaction=none\n"


@dataclass(frozen=True, slots=True)
class NewMigration:
    """A migration and the files that it becomes: name and text of each, the down file behind the other."""

    foreign: Foreign
    files: tuple[tuple[str, str], ...]

    @property
    def counterpart(self) -> Counterpart:
        """Both names of it."""
        return Counterpart(self.foreign.identity, self.files[0][0], self.foreign.checksum, self.foreign.parents)


@dataclass(frozen=True, slots=True)
class Layout:
    """The new folder, and what of the old one it does not say."""

    migrations: tuple[NewMigration, ...]
    unmapped: tuple[Finding, ...]


def lay_out(reading: Reading, *, as_it_is: bool = False) -> Layout:
    """Name and write every migration; what could not run under schemactl is a finding at its line.

    `as_it_is`: the texts stay untouched, for a folder that the other tool goes on using.
    """
    found = list(reading.unmapped)
    versioned = [one for one in reading.migrations if not one.repeatable]
    numbers = dict(zip(map(id, versioned), labels([one.label for one in versioned]), strict=True))
    migrations: list[NewMigration] = []
    taken: dict[str, Foreign] = {}
    for foreign in reading.migrations:
        one = replace(foreign, up=foreign.up if as_it_is else unwrapped(foreign.up), down=_down(foreign, as_it_is))
        found += _problems(one)
        new = _named(one, numbers.get(id(foreign)))
        other = taken.setdefault(new.files[0][0], foreign)
        if other is not foreign:
            message = f"becomes {new.files[0][0]}, as {other.up.file.name} does"
            found.append(unmapped(message, foreign.up.file, hint="Rename one of them."))
            continue
        migrations.append(new)
    return Layout(tuple(migrations), tuple(found))


def _down(foreign: Foreign, as_it_is: bool) -> Part | None:
    if foreign.down is None or as_it_is:
        return foreign.down
    down = unwrapped(foreign.down)
    return down if holds_statements(down) else None


def _named(one: Foreign, label: str | None) -> NewMigration:
    version = Version.parse(label) if label is not None else None
    up = Name(Role.REPEATABLE if version is None else Role.UP, one.title, version)
    files = [(str(up), _text(one.up))]
    if one.down is not None and version is not None:
        files.append((str(Name(Role.DOWN, one.title, version)), one.down.text))
    return NewMigration(one, tuple(files))


def _text(part: Part) -> str:
    return part.text if part.transaction else DIRECTIVE + part.text


def _problems(one: Foreign) -> Iterator[Finding]:
    for part in (one.up, one.down):
        if part is not None:
            yield from _problems_of(part, down=part is one.down)


def _problems_of(part: Part, *, down: bool) -> Iterator[Finding]:
    try:
        script = parse.parse(part.text, str(part.file))
    except SourceError as error:
        line = (error.place.line if error.place else None) or 1
        yield unmapped(error.message, part.file, part.line + line - 1, hint=error.hint)
        return
    for statement in script.statements:
        line = part.line + statement.line - 1
        kind = control(statement)
        if kind is not None and kind not in INNER:
            message = f"{kind} inside a migration: each one is a transaction already"
            yield unmapped(message, part.file, line, hint="Leave it out, or split the file there.")
        needed = requirement(statement)
        if down and needed.needs is Needs.NO_BLOCK:
            message = f"{needed.command} in a down file: taking back is one transaction, or nothing"
            yield unmapped(message, part.file, line, hint="Write it without CONCURRENTLY.")
    for problem in directives.read(script).problems:
        yield unmapped(problem.message, part.file, part.line + problem.span.line - 1, hint=problem.hint)
