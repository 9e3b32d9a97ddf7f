"""Scripts for psql that show a cell: rows, actor, statement, what the table holds afterwards. All undone."""

from collections.abc import Iterator

from schemactl.rls.model import Operation
from schemactl.rls.probes import Cell, Form, Probe
from schemactl.rls.relations import Path, Relation
from schemactl.rls.scene import Scene
from schemactl.sql.names import literal, quoted

_MOST = 40


def script(scene: Scene, cell: Cell, title: str) -> str:
    """The script, to be run as superuser or as owner of the tables."""
    probe = cell.probe
    relation = scene.relations.get(probe.table)
    lines = [f"-- {title}", "BEGIN;"]
    if relation:
        lines += [f"{statement};" for statement in _seeds(scene, relation)]
    if probe.setup:
        lines.append(f"{probe.setup};")
    settings = probe.session.settings.items()
    lines += [f"SET LOCAL {_setting(name)} = {literal(value)};" for name, value in settings]
    lines.append(f"SET LOCAL ROLE {quoted(probe.session.role)};")
    lines.append(f"{_statement(scene, cell)};")
    if relation and relation.is_table and not _reads(probe) and cell.state is None:
        lines += ["RESET ROLE;", f"{_listing(scene, relation, cell)};"]
    lines.append("ROLLBACK;")
    return "\n".join(lines) + "\n"


def _seeds(scene: Scene, relation: Relation) -> Iterator[str]:
    """The rows of the table and of those that it needs, in the order in which they were made."""
    needed = {relation.path}
    pending = [relation.path]
    while pending:
        here = scene.relations.get(pending.pop())
        for reference in here.references if here else ():
            if reference.table not in needed:
                needed.add(reference.table)
                pending.append(reference.table)
    members = scene.policies.members
    if members:
        schema, _, name = members.table.rpartition(".")
        needed.add((schema or "public", name))
    chosen = [statement for path, statement in scene.inserter.statements if path in needed]
    yield from chosen[:_MOST]


def _statement(scene: Scene, cell: Cell) -> str:
    """The statement under test; a query of keys as a person would write it."""
    probe = cell.probe
    relation = scene.relations.get(probe.relation)
    if relation is None or probe.form not in (Form.SELECT, Form.SECRET, Form.FOR_UPDATE):
        return probe.statement
    locking = " FOR UPDATE" if probe.form is Form.FOR_UPDATE else ""
    return _select(relation, _telling(scene, relation, probe.table)) + locking


def _listing(scene: Scene, relation: Relation, cell: Cell) -> str:
    names = _telling(scene, relation, relation.path)
    column = cell.case.column
    return _select(relation, [*names, column] if column and column not in names else names)


def _telling(scene: Scene, relation: Relation, table: Path) -> list[str]:
    """The columns that say whose a row is, and what is secret in it."""
    rules = scene.policies.tables[table]
    wanted = [*relation.key, rules.owner or rules.through or "", *sorted(rules.secret)]
    return list(dict.fromkeys(name for name in wanted if name in relation.columns))


def _select(relation: Relation, names: list[str]) -> str:
    return f"SELECT {', '.join(map(quoted, names)) or 'count(*)'} FROM {relation.name}"


def _reads(probe: Probe) -> bool:
    return all(case.operation is Operation.SELECT for case in probe.cases) or probe.form is Form.FOR_UPDATE


def _setting(name: str) -> str:
    return ".".join(quoted(part) for part in name.split("."))
