"""A script tried out before anybody sees it: applied to a clone, twice, and the catalogs compared."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.catalog.describe import sentence
from schemactl.catalog.difference import Action, AttributeChange, Change, difference
from schemactl.catalog.snapshot import Identity, Snapshot
from schemactl.core.errors import SchemactlError, StatementError
from schemactl.evolve import renaming, rendering, script
from schemactl.evolve.model import Placed, Script
from schemactl.evolve.renaming import Rename
from schemactl.evolve.roles import Actor, Role, acting, common_owner, creation, forget, named, present

if TYPE_CHECKING:
    from schemactl.apply.sources import Reader, Source
    from schemactl.servers import Database

_SHOWN = 12
# Expressions that are written as the server showed them: it may show them in other words when it has read them again.
_WORDED = frozenset(
    {
        ("constraint", "definition"), ("domain constraint", "definition"), ("index", "definition"),
        ("view", "definition"), ("materialized view", "definition"), ("rule", "definition"), ("trigger", "definition"),
        ("policy", "using"), ("policy", "check"), ("column", "default"), ("publication table", "where"),
    }
)  # fmt: skip
# Data that do not convert, and constraints that rows break: classes 22 and 23 of the manual's "Error Codes".
_OF_ROWS = ("22", "23")
_EMPTIED = """
do $$ declare tables text; begin
  select string_agg(format('%I.%I', schemaname, tablename), ', ') into tables from pg_tables
   where schemaname !~ '^pg_' and schemaname <> 'information_schema';
  if tables is not null then execute 'truncate ' || tables; end if;
end $$"""
_FORGET = "drop schema if exists schemactl cascade"


@dataclass(frozen=True, slots=True)
class Migration:
    """The files that lead from one schema to another, and what a person must know of them.

    `left` is what they leave different, for a reason that `unwritten`, `notes` or `withheld` tells. `withheld` are the
    losses whose statements are commented out.
    """

    before: Snapshot
    after: Snapshot
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()
    left: tuple[Change, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether applying the files leads all the way."""
        return not (self.unwritten or self.withheld)


def migration(
    before: "Source",
    after: "Source",
    reader: "Reader",
    *,
    destructive: bool,
    title: str,
    renames: Sequence[Rename] = (),
) -> Migration:
    """The migration from one source to the other, proved on clones of the first; it begins with `renames`.

    Raises UsageError where a rename does not fit, StatementError when a difference would be left that nothing explains,
    or when what was written does not apply; and what reading the sources raises.
    """
    goal, made = _read(after, reader)
    with _standing(before, reader, goal) as (database, start, actor):
        bench = _Bench(reader, database, actor)
        if not difference(start, goal) and not renames:
            return Migration(start, goal, ())
        for one in {snapshot.server_version // 10000: snapshot for snapshot in (start, goal)}.values():
            reader.tell_version(one)
        renamed, placed = bench.renamed(start, renames, goal)
        missing = {name: made[name] for name in made.keys() & actor.made - named(start)}
        found = renaming.before(script.write(renamed, goal, actor.role), (*creation(missing), *placed))
        whole = rendering.files(found, destructive=True, title=title)
        try:
            left = bench.run_without_rows_that_break_it(whole, goal)
        except StatementError as error:
            if not found.unwritten:
                raise
            raise StatementError(
                f"cannot be written: {'; '.join(found.unwritten)}. Without it the rest does not apply: {error.message}",
                sqlstate=error.sqlstate,
                hint="Write that part by hand in a migration of its own, and compare again.",
            ) from error
        unexplained = [change for change in left if not _explained(change, found)]
        if unexplained:
            raise StatementError(
                f"the migration that was written leaves {listed(unexplained)}",
                hint="This is a gap in schemactl: write that part by hand, and report it with both schemas.",
            )
        notes = [*found.notes, *map(_note, left), *bench.notes]
        withheld: tuple[str, ...] = ()
        shown = whole
        if found.losses and not destructive:
            withheld = found.losses
            shown = rendering.files(found, destructive=False, title=title)
            left = bench.without_losses(shown, goal)
        return Migration(
            before=start,
            after=goal,
            files=shown,
            notes=tuple(dict.fromkeys(note for note in notes if note)),
            losses=found.losses,
            withheld=withheld,
            unwritten=found.unwritten,
            left=left,
        )


def _read(source: "Source", reader: "Reader") -> tuple[Snapshot, Mapping[str, Role]]:
    """The schema of a source, and the roles that its migrations made, which are gone again."""
    from schemactl.apply.sources import Kind

    if source.kind not in (Kind.FOLDER, Kind.GIT):
        return reader.read(source), {}
    dsn = reader.server().admin_dsn
    there = present(dsn)
    goal = reader.read(source)
    made = {name: role for name, role in present(dsn).items() if name not in there}
    forget(dsn, made)
    return goal, made


class _Bench:
    """Clones of a database, to which files are applied as `schemactl apply` would."""

    def __init__(self, reader: "Reader", base: "Database", actor: Actor) -> None:
        self._reader = reader
        self._base = base
        self._actor = actor
        self._empty = False
        self.notes: list[str] = []

    def renamed(
        self, start: Snapshot, renames: Sequence[Rename], goal: Snapshot
    ) -> tuple[Snapshot, tuple[Placed, ...]]:
        """The schema behind the renames, and their statements."""
        if not renames:
            return start, ()
        with self._clone() as clone:
            placed = renaming.steps(
                renames, lambda: self._snapshot(clone), lambda text: self._actor.execute(clone, text), goal
            )
            return self._snapshot(clone), placed

    def run(self, files: Sequence[str], goal: Snapshot) -> tuple[Change, ...]:
        """What is left different behind the files; a note where they do not stand a second run."""
        with self._clone() as clone:
            self._apply(files, clone)
            left = difference(self._snapshot(clone), goal)
            try:
                self._actor.execute(clone, _FORGET)
                self._apply(files, clone)
            except SchemactlError as error:
                self.notes.append(f"the files do not stand a second run: {error.message}")
            else:
                again = difference(self._snapshot(clone), goal)
                if again != left:
                    self.notes.append(f"a second run of the files leaves {listed(again)}")
            return left

    def run_without_rows_that_break_it(self, files: Sequence[str], goal: Snapshot) -> tuple[Change, ...]:
        """The same; where rows that migrations inserted do not stand it, once more without any, and a note."""
        try:
            return self.run(files, goal)
        except StatementError as error:
            if not (error.sqlstate or "").startswith(_OF_ROWS):
                raise
            told = error.message.partition("\n")[0]
            self.notes.append(f"rows that the migrations before insert break it, so mend them first: {told}")
        self._empty = True
        return self.run(files, goal)

    def without_losses(self, files: Sequence[str], goal: Snapshot) -> tuple[Change, ...]:
        """The same of the files with what loses rows left out. Raises StatementError where nothing goes without."""
        with self._clone() as clone:
            try:
                self._apply(files, clone)
            except StatementError as error:
                raise StatementError(
                    f"the migration cannot do without what loses rows: {error.message}",
                    hint="Look at it with --allow-destructive, which writes those statements too.",
                ) from error
            return difference(self._snapshot(clone), goal)

    @contextmanager
    def _clone(self) -> Iterator["Database"]:
        server = self._reader.server()
        clone = server.clone(self._base)
        try:
            if self._empty:
                Actor(clone.role, clone.role).execute(clone, _EMPTIED)
            yield clone
        finally:
            server.drop(clone)

    def _apply(self, files: Sequence[str], clone: "Database") -> None:
        apply_files(self._reader, files, self._actor.dsn(clone))

    def _snapshot(self, clone: "Database") -> Snapshot:
        return self._reader.snapshot(clone.dsn)


def apply_files(reader: "Reader", files: Sequence[str], dsn: str) -> None:
    """Apply texts as the migrations of a folder. Raises StatementError that shows the statement."""
    from schemactl.migrations.files import load

    with tempfile.TemporaryDirectory(prefix="schemactl-") as scratch:
        for number, text in enumerate(files, start=1):
            (Path(scratch) / f"{number:04}_written.sql").write_text(text, encoding="utf-8")
        try:
            reader.apply(load(Path(scratch)), dsn)
        except StatementError as error:
            text = _around(files, error)
            raise StatementError(f"{error.message}{text}", sqlstate=error.sqlstate, hint=error.hint) from error


@contextmanager
def _standing(source: "Source", reader: "Reader", goal: Snapshot) -> Iterator[tuple["Database", Snapshot, Actor]]:
    """The schema of `source` in a throwaway database: its migrations applied, or made from its snapshot.

    Every role that it or `goal` names is there.
    """
    from schemactl.apply.sources import Kind

    server = reader.server()
    with server.database("before") as database:
        if source.kind in (Kind.FOLDER, Kind.GIT, Kind.EMPTY):
            if source.kind is not Kind.EMPTY:
                with reader.folder(source) as folder:
                    reader.apply(folder, database.dsn)
            Actor(database.role, database.role).execute(database, _FORGET)
            with acting(database.role, [goal], database) as actor:
                yield database, reader.snapshot(database.dsn), actor
            return
        wanted = reader.read(source)
        with acting(common_owner(wanted) or common_owner(goal) or database.role, [wanted, goal], database) as actor:
            _rebuild(wanted, reader, database, actor)
            yield database, wanted, actor


def _rebuild(wanted: Snapshot, reader: "Reader", database: "Database", actor: Actor) -> None:
    """Make the schema of a snapshot in a fresh database. Raises StatementError where that does not succeed."""
    empty = reader.snapshot(database.dsn)
    found = script.write(empty, wanted, actor.role)
    files = rendering.files(found, destructive=True, title="The schema before")
    if files:
        apply_files(reader, files, actor.dsn(database))
        actor.execute(database, _FORGET)
    left = [change for change in difference(reader.snapshot(database.dsn), wanted) if not _explained(change, found)]
    if left:
        raise StatementError(
            f"the schema to start from cannot be made again on a throwaway server: it leaves {listed(left)}"
        )


def _explained(change: Change, found: Script) -> bool:
    """Whether something that is told accounts for the difference."""
    if any(text.startswith((f"{change.object} ", f"{change.object}:")) for text in found.unwritten):
        return True
    if change.action is not Action.CHANGED:
        return False
    told = {placed.object for part in found.parts for placed in part.steps}
    written = change.object in told or Identity("default", change.object.path) in told
    return all(
        _is_order(a)
        or a.name == "inherited"
        or (change.object.kind, a.name) == ("extension", "version")
        or (written and (change.object.kind, a.name) in _WORDED)
        for a in change.attributes
    )


def _is_worded(attribute: AttributeChange, change: Change) -> bool:
    return (change.object.kind, attribute.name) in _WORDED


def _is_order(attribute: AttributeChange) -> bool:
    return attribute.name == "column_order"


def _note(change: Change) -> str:
    if change.object.kind == "extension":
        return f"{change.object}: the version differs; the server decides which it installs"
    if any(attribute.name == "inherited" for attribute in change.attributes):
        return f"{change.object}: whether it is the table's own beside its parent's is settled when the table is made"
    if any(_is_order(attribute) for attribute in change.attributes):
        return f"{change.object}: its columns stand in another order, which only a new table would change"
    if any(_is_worded(attribute, change) for attribute in change.attributes):
        return f"{change.object}: the server words the definition anew when it reads it again; it means the same"
    return ""


def listed(changes: Sequence[Change]) -> str:
    """Changes in one line, the first of many."""
    told = [sentence(change) for change in changes[:_SHOWN]]
    more = f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
    return f"{len(changes)} different: " + "; ".join(told) + more


def _around(files: Sequence[str], error: StatementError) -> str:
    """The lines that the error points at."""
    place = error.place
    if place is None or place.line is None:
        return ""
    number = int(Path(place.file).name.partition("_")[0])
    lines = files[number - 1].splitlines()[place.line - 1 : place.line + 7]
    return "\nin\n" + "\n".join(f"    {line}" for line in lines)
