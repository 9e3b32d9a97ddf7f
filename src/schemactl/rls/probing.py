"""Runs probes on the server, all in one round trip, each undone; and reads what decides a verdict."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from schemactl.core.resources import read_text
from schemactl.db.query import query
from schemactl.rls.actors import Session
from schemactl.rls.forms import Columns, Privileges
from schemactl.rls.model import Policies
from schemactl.rls.probes import Answer, Probe
from schemactl.rls.relations import Path, Relation
from schemactl.rls.scene import key_sql

if TYPE_CHECKING:
    from schemactl.db.types import Connection

_PACKAGE = "schemactl.rls"


def privileges(connection: "Connection", policies: Policies, schemas: Iterable[str]) -> Privileges:
    """What columns each actor's role may touch."""
    wanted = sorted({actor.role for actor in policies.actors.values()})
    text = query(_PACKAGE, "queries/column_privileges.sql", roles=wanted, schemas=sorted(schemas))
    rows: list[tuple[Any, ...]] = connection.execute(text.encode()).fetchall()
    return {
        (role, (schema, name)): Columns(*(frozenset(columns or ()) for columns in found))
        for role, schema, name, *found in rows
    }


def prepare(connection: "Connection") -> None:
    """Make the session's own functions, in the open transaction."""
    connection.execute(read_text(_PACKAGE, "queries/prober.sql").encode())


def row_security(connection: "Connection", session: Session, schemas: Iterable[str]) -> dict[Path, bool]:
    """Whether row security binds the session, table by table."""
    text = query(_PACKAGE, "queries/row_security_active.sql", schemas=sorted(schemas))
    with connection.transaction(force_rollback=True):
        connection.execute("select set_config('role', %s, true)", [session.role])
        return {(schema, name): active for schema, name, active in connection.execute(text.encode()).fetchall()}


def run(
    connection: "Connection", probes: Sequence[Probe], relations: Mapping[Path, Relation], *, setups: Sequence[str] = ()
) -> list[Answer]:
    """The answer to each probe. `setups`, one a probe, run as owner before each probe's own."""
    payload = []
    for number, probe in enumerate(probes):
        first = setups[number] if setups else None
        payload.append(_item(number, probe, relations, role=probe.session.role, first=first))
    return _send(connection, payload)


def control(connection: "Connection", probes: Sequence[Probe], relations: Mapping[Path, Relation]) -> list[Answer]:
    """The same statements as their owner sends them: what fails or changes nothing here says nothing about access."""
    return _send(connection, [_item(number, probe, relations, role=None) for number, probe in enumerate(probes)])


def baseline(
    connection: "Connection", paths: Iterable[Path], relations: Mapping[Path, Relation]
) -> dict[Path, dict[str, str]]:
    """Key to digest of every row of each table, as owner."""
    found = {}
    for path in paths:
        rows: Any = connection.execute(_digest(relations[path]).encode()).fetchone()
        found[path] = orjson.loads(rows[0])
    return found


def _send(connection: "Connection", payload: list[dict[str, Any]]) -> list[Answer]:
    if not payload:
        return []
    rows: list[tuple[Any, ...]] = connection.execute(
        "select * from pg_temp.schemactl_run(%s::jsonb)", [orjson.dumps(payload).decode()]
    ).fetchall()
    return [
        Answer(state, message or "", answer, orjson.loads(after) if after is not None else None)
        for _, state, message, answer, after in sorted(rows)
    ]


def _item(
    number: int, probe: Probe, relations: Mapping[Path, Relation], *, role: str | None, first: str | None = None
) -> dict[str, Any]:
    setup = first or probe.setup
    if first and probe.setup:
        setup = f"do $both$ begin execute $first${first}$first$; execute $then${probe.setup}$then$; end $both$"
    relation = relations.get(probe.table)
    writes = relation is not None and relation.is_table and not (probe.query and probe.form.startswith("select"))
    return {
        "number": number,
        "setup": setup,
        "role": role,
        "settings": dict(probe.session.settings) if role else {},
        "statement": probe.statement,
        "query": probe.query,
        "digest": _digest(relation) if writes and relation else None,
    }


def _digest(relation: Relation) -> str:
    key = key_sql(relation, "t")
    return f"select coalesce(jsonb_object_agg({key}, md5(t::text)), '{{}}')::text from {relation.name} t"
