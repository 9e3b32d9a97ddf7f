"""`schemactl adopt`: what is to be written, and writing it: first the files, then the history, all of it or nothing."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from schemactl.adopt import ledger, record
from schemactl.adopt.choosing import Choice
from schemactl.adopt.layout import NewMigration, lay_out
from schemactl.adopt.ledger import Present
from schemactl.adopt.model import Counterpart
from schemactl.adopt.unmapped import in_the_way
from schemactl.apply import runner_lock, stores
from schemactl.apply.records import row_of
from schemactl.apply.session import Session
from schemactl.apply.settings import Settings
from schemactl.apply.store import Store
from schemactl.core.errors import ConfigError, HistoryError, Place, UsageError
from schemactl.core.findings import Finding
from schemactl.migrations import files, names
from schemactl.migrations.history import HistoryRow, State
from schemactl.migrations.model import Folder, Migration


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of the new folder; `there`: it is there already, word for word."""

    path: Path
    text: str
    there: bool


@dataclass(frozen=True, slots=True)
class Adoption:
    """All that adopting means for the files: `known` in the order of running, `gone` what an adoption in place removes.

    `keeps_record`: `adopted.json` is written, because the new names do not say what the other tool called them.
    """

    choice: Choice
    known: tuple[Counterpart, ...]
    written: tuple[NewFile, ...] = ()
    gone: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()
    keeps_record: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What of a target's history is new, and what was recorded before."""

    target: str
    present: Present
    new: tuple[Counterpart, ...]
    already: tuple[Counterpart, ...]


def prepare(choice: Choice) -> Adoption:
    """Read everything and write nothing. Raises SourceError, ConfigError, or UsageError where files are in the way."""
    if choice.place is None:
        return Adoption(choice, choice.known)
    in_place = choice.destination.resolve() == choice.place.folder.resolve()
    found = lay_out(choice.tool.read(choice.place), as_it_is=choice.tool.same_layout)
    read = {path.resolve() for one in found.migrations for path in one.foreign.files}
    written = tuple(_new_files(choice.destination, found.migrations, read if in_place else set()))
    names_taken = {one.path.resolve() for one in written}
    left = [path for path in _sql_in(choice.destination) if path.resolve() not in names_taken]
    gone = tuple(path for path in left if in_place and path.resolve() in read)
    others = [path for path in left if path not in gone]
    if others and not in_place:
        raise UsageError(
            f"{choice.destination} holds other migrations already: {others[0].name}",
            hint="Name a folder of its own with --into.",
        )
    staying = {str(path) for path in others}
    findings = [one for one in found.unmapped if not (one.span and one.span.file in staying)]
    findings += [in_the_way(path) for path in others]
    known = tuple(one.counterpart for one in found.migrations)
    keeps = not (choice.tool.same_layout and in_place)
    return Adoption(choice, known, written, gone, tuple(findings), keeps_record=keeps)


def _new_files(folder: Path, migrations: Iterable[NewMigration], read: set[Path]) -> Iterable[NewFile]:
    for one in migrations:
        for name, text in one.files:
            path = folder / name
            there = path.is_file() and path.read_bytes() == text.encode()
            if path.exists() and not there and path.resolve() not in read:
                raise UsageError(
                    f"{path} is there already, with another content than {one.foreign.up.file} gives it",
                    hint="Name a folder of its own with --into.",
                )
            yield NewFile(path, text, there)


def _sql_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.sql") if path.is_file()) if folder.is_dir() else []


def write(adoption: Adoption) -> None:
    """Write the new files, and remove those that an adoption in place replaces. Raises ConfigError."""
    folder = adoption.choice.destination
    place = Place(str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in adoption.written:
            if not one.there:
                _replace(one.path, one.text)
        for path in adoption.gone:
            path.unlink()
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", place=place) from error
    if adoption.keeps_record and adoption.choice.place is not None:
        record.write(folder, adoption.choice.tool.name, adoption.choice.tables, adoption.known)


def _replace(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=".", suffix=".new", delete=False) as file:
        file.write(text.encode())
    scratch = Path(file.name)
    scratch.chmod(0o644)
    scratch.replace(path)


def look(adoption: Adoption, session: Session, store: Store, *, lock: float | None = None) -> Recorded:
    """What the target has by the other tool's word, and what of it is not in our history yet; writes nothing.

    `lock`: take the runner lock first, trying for so many seconds. Raises HistoryError for what must be settled first.
    """
    if lock is not None:
        runner_lock.acquire(session, lock)
    choice = adoption.choice
    history = ledger.read(session, choice.tables)
    present = ledger.judge(choice.tool, choice.tables[0], history, adoption.known)
    rows = stores.read(store, session.connection, session.dsn)
    for row in rows:
        if not row.state.complete:
            raise HistoryError(
                f"{row.title} broke off after {row.done} of {row.total} statements",
                hint="Finish it with `schemactl apply`, or settle it with `schemactl repair`.",
            )
    wanted = [*present.applied, *([present.baseline] if present.baseline else ())]
    already = tuple(one for one in wanted if any(_same(one, row) for row in rows))
    return Recorded(str(session), present, tuple(one for one in wanted if one not in already), already)


def record_applied(adoption: Adoption, found: Recorded, session: Session, store: Store, settings: Settings) -> None:
    """Record what is new, as the new files are, in one transaction; the caller holds the runner lock."""
    folder = files.load(adoption.choice.destination)
    by_name = {one.path.name: one for one in folder.migrations}
    who = f"{adoption.choice.tool.name}, adopted by {settings.who}"
    rows = [row_of(by_name[one.file], State.APPLIED, who) for one in found.new if one != found.present.baseline]
    commands = [command for row in rows for command in store.insert(row)]
    if found.present.baseline in found.new:
        commands += store.baseline([row_of(one, State.APPLIED, who) for one in _below(found.present, folder)])
    if commands:
        session.write((*store.create(partial=any(row.version is None for row in rows)), *commands))


def _below(present: Present, folder: Folder) -> list[Migration]:
    """The files that a baseline stands for, without those that are applied."""
    applied = {one.file for one in present.applied}
    last = next(index for index, one in enumerate(folder.versioned) if one.path.name == present.baseline_file)
    return [one for one in folder.versioned[: last + 1] if one.path.name not in applied]


def _same(one: Counterpart, row: HistoryRow) -> bool:
    name = names.read(one.file)
    if name is None or name.version is None:
        return row.version is None and name is not None and row.name == name.name
    return row.version == name.version
