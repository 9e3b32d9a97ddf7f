"""Scripts for psql that show on an empty database what a finding says, without schemactl."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from schemactl.core.resources import read_text
from schemactl.sql.names import literal, quoted
from schemactl.sql.parse import Statement
from schemactl.verify.chain import Chain, Step, step
from schemactl.verify.population import Population

if TYPE_CHECKING:
    from schemactl.servers.presets import Preset

_NOTE = "select string_agg(line, E'\\n') as {} from schemactl_repro.catalog() as line \\gset"
_DIFFERENCE = r"""
(select '- ' || line as "what is different" from unnest(string_to_array(:'{0}', E'\n')) as line
 except select '- ' || line from schemactl_repro.catalog() as line)
union all
(select '+ ' || line from schemactl_repro.catalog() as line
 except select '+ ' || line from unnest(string_to_array(:'{0}', E'\n')) as line);
""".strip()

_DOORS = "select oid::regclass, relrowsecurity, relacl from pg_class where oid = {};"
_INVALID = "update pg_index set indisvalid = false where indexrelid = {}::regclass;"
_VALIDITY = "select indexrelid::regclass, indisvalid from pg_index where indexrelid = {}::regclass;"
_HELD = "select relation::regclass, mode from pg_locks where pid = pg_backend_pid() and relation = {};"


class Script:
    """The script of one finding, put together from the top; each method adds lines and gives the script back."""

    def __init__(self, about: str, preset: "Preset", lines: Sequence[str] = ()) -> None:
        self._about = about
        self._preset = preset
        self._lines = tuple(lines)

    def _with(self, *lines: str) -> "Script":
        return Script(self._about, self._preset, (*self._lines, *lines))

    def text(self) -> str:
        """The script."""
        head = [f"-- {line}" for line in (self._about, *self._how())]
        compares = any("schemactl_repro" in line for line in self._lines)
        compare = [read_text("schemactl.verify", "queries/repro_catalog.sql").rstrip()] if compares else []
        return "\n".join((*head, r"\set VERBOSITY verbose", *compare, *self._lines, ""))

    def _how(self) -> Iterable[str]:
        yield "Run it from this directory, on a database of its own: psql -X -d EMPTY -f THIS"
        if self._preset.name == "plain":
            return
        if self._preset.shipped_as:
            printed = f"python -m schemactl.servers.presets {self._preset.shipped_as}"
            yield f"that holds the preset: {printed} | psql -X -d EMPTY"
        else:
            files = " ".join(f"-f {script.file}" for script in self._preset.scripts)
            yield f"that holds the preset: psql -X -d EMPTY {files}"
        yield f"Migrations run as {self._preset.migration_role} there."

    def say(self, words: str) -> "Script":
        """A heading in the output."""
        return self._with("", rf"\echo {literal('-- ' + words)}")

    def files(self, steps: Iterable[Step]) -> "Script":
        """Whole migrations, each as `schemactl apply` runs it."""
        return self._with(*(line for one in steps for line in _apply(one)))

    def rows(self, population: Population) -> "Script":
        """The rows that a step finds. A superuser may put them in past triggers and in any order."""
        lines = population.inserts()
        if not lines:
            return self
        return self._with("set session_replication_role = replica;", *lines, "reset session_replication_role;")

    def file_again(self, *steps: Step) -> "Script":
        """Whole migrations once more, going on behind statements that fail."""
        lines = (line for one in steps for line in _apply(one))
        return self._with(r"\set ON_ERROR_ROLLBACK on", *lines, r"\set ON_ERROR_ROLLBACK off")

    def each_committed(self, one: Step) -> "Script":
        """A whole migration, each statement committed alone."""
        return self._with(*_forgetting(one, rf"\i {_path(one)}"))

    def in_one(self, steps: Sequence[Step]) -> "Script":
        """Whole migrations in one transaction."""
        return self._with("begin;", *(line for one in steps for line in _inside(one)), "commit;")

    def statements(self, statements: Iterable[Statement]) -> "Script":
        """Some statements as they are."""
        return self._with(*(f"{one.text};" for one in statements))

    def new_session(self) -> "Script":
        """What the end of a session forgets."""
        return self._with("discard all;")

    def table(self, schema: str, name: str) -> "Script":
        """Show what a table holds."""
        return self._with(f"table {quoted(schema)}.{quoted(name)};")

    def doors(self, schema: str, name: str) -> "Script":
        """Show whether the row security of a table is on, and who may touch it."""
        return self._with(_DOORS.format(_regclass(schema, name)))

    def locks(self, statements: Iterable[Statement], schema: str, name: str) -> "Script":
        """Run statements in a transaction, and show what that holds on a table."""
        held = _HELD.format(_regclass(schema, name))
        return self._with("begin;", *(f"{one.text};" for one in statements), held, "rollback;")

    def invalid(self, index: str) -> "Script":
        """Make an index what an interrupted build leaves. It takes a superuser, and stands for the interruption."""
        return self._with(_INVALID.format(literal(index)))

    def validity(self, index: str) -> "Script":
        """Show whether an index is valid."""
        return self._with(_VALIDITY.format(literal(index)))

    def remember(self, name: str = "before") -> "Script":
        """Note what the catalog is now."""
        return self._with(_NOTE.format(name))

    def catalog(self) -> "Script":
        """Show all that is in the catalog."""
        return self._with("select * from schemactl_repro.catalog();")

    def difference(self, name: str = "before") -> "Script":
        """Show how the catalog differs from what was noted."""
        return self._with(_DIFFERENCE.format(name))

    def undisturbed(self, *steps: Step) -> "Script":
        """Note as `undisturbed` the catalog behind migrations, and undo them, where that can be done."""
        if not all(one.transactional for one in steps):
            return self._with(r"\set undisturbed ''")
        lines = (line for one in steps for line in _inside(one))
        return self._with("begin;", *lines, _NOTE.format("undisturbed"), "rollback;")


def earlier(chain: Chain, one: Step) -> tuple[Step, ...]:
    """The steps before one."""
    place = next((n for n, other in enumerate(chain.migrations) if other.file == one.migration.file), len(chain))
    return tuple(step(migration) for migration in chain.migrations[:place])


def _regclass(schema: str, name: str) -> str:
    return literal(f"{quoted(schema)}.{quoted(name)}") + "::regclass"


def _apply(one: Step) -> tuple[str, ...]:
    if not _is_here(one):
        return ("begin;", f"{one.text};", "commit;")
    if not one.transactional or one.wrapping:
        return _forgetting(one, rf"\i {_path(one)}")
    return _forgetting(one, rf"begin; \i {_path(one)} \\ commit;")


def _inside(one: Step) -> tuple[str, ...]:
    return _forgetting(one, rf"\i {_path(one)}" if _is_here(one) else f"{one.text};")


def _is_here(one: Step) -> bool:
    """Whether the file is not on another branch only."""
    return one.migration.path.exists()


def _forgetting(one: Step, line: str) -> tuple[str, ...]:
    sets = any(statement.kind == "VariableSetStmt" or "set_config" in statement.text for statement in one.statements)
    return (line, "reset session authorization; reset all;") if sets else (line,)


def _path(one: Step) -> str:
    """A path as psql quotes it (manual, psql, Meta-Commands)."""
    return "'" + one.file.replace("\\", "\\\\").replace("'", "''") + "'"
