"""Which statement of the migrations made an object what it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemactl.migrations.model import Folder
from schemactl.sql.objects import Action, changes
from schemactl.sql.parse import Statement, parse


@dataclass(frozen=True)
class Blame:
    """The last statement that created or altered each object, by its name in words; the texts of the files."""

    statements: Mapping[str, Statement] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def of(self, *objects: str) -> Statement | None:
        """The statement behind the first of the objects that one is known of."""
        return next((self.statements[name] for name in map(_plain, objects) if name in self.statements), None)


def read(folder: Folder) -> Blame:
    """Parse every migration."""
    statements: dict[str, Statement] = {}
    for migration in folder.migrations:
        for statement in parse(migration.text, migration.file).statements:
            for change in changes(statement):
                name = _plain(change.object)
                if change.action is Action.DROP:
                    continue
                if change.action is Action.CREATE or name not in statements:
                    statements[name] = statement
    return Blame(statements, {migration.file: migration.text for migration in folder.migrations})


def _plain(name: str) -> str:
    """`policy p on public.t` and `policy p on t` are one: files often leave `public` out."""
    return name.replace(" public.", " ").replace("(public.", "(").replace('"', "")
