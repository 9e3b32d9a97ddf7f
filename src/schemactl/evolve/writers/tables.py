"""Tables: made with the parts that can be written inside, changed attribute by attribute."""

from collections.abc import Iterator

from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.evolve.context import Context, Unwritten
from schemactl.evolve.expand import DEFAULT, NOT_NULL, PLACE, is_partition
from schemactl.evolve.model import Step
from schemactl.evolve.naming import dotted, regclass, strings, text_of, unless, when
from schemactl.evolve.references import qualified
from schemactl.evolve.writers import columns, options
from schemactl.sql.names import quoted

_FIXED = ("partition_key", "server")


def create(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """CREATE TABLE IF NOT EXISTS with columns and the constraints that are inline; then what it cannot say itself."""
    head = dotted(identity.path)
    if a.get("detach_pending"):
        raise Unwritten(f"{identity} is a partition that is half detached: finish that first")
    lines = [f"  {line}" for line in _columns(identity, context)]
    lines += [
        f"  CONSTRAINT {quoted(other.path[2])} {held['definition']}{columns.timing(held)}"
        for other, held in sorted(context.after.items())
        if other.kind == "constraint" and other in context.inline and other.path[:2] == identity.path
    ]
    words = ["CREATE", *(["UNLOGGED"] if a.get("persistence") == "unlogged" else [])]
    words += ["FOREIGN TABLE" if identity.kind == "foreign table" else "TABLE", "IF NOT EXISTS", head]
    parents = "" if is_partition(identity.path, context.after) else _parents(identity, context)
    body = "(\n" + ",\n".join(lines) + "\n)" if lines else "()"
    tail = "".join(_tail(a))
    yield Step(f"{' '.join(words)} {body}{parents}{tail}")
    if "of_type" in a:
        yield Step(f"ALTER TABLE {head} OF {a['of_type']}")
    for flag in _row_security(a):
        yield Step(f"ALTER TABLE {head} {flag}")
    if identity.kind == "table" and a.get("replica_identity") in ("nothing", "full"):
        yield Step(f"ALTER TABLE {head} REPLICA IDENTITY {str(a['replica_identity']).upper()}")
    toast = [f"toast.{option}" for option in strings(a.get("toast_options"))]
    if toast:
        yield Step(f"ALTER TABLE {head} SET ({', '.join(toast)})")


def drop(identity: Identity) -> Step:
    """DROP TABLE, with its rows."""
    word = "FOREIGN TABLE" if identity.kind == "foreign table" else "TABLE"
    loses = None if identity.kind == "foreign table" else f"the rows of {dotted(identity.path)}"
    return Step(f"DROP {word} IF EXISTS {dotted(identity.path)}", loses=loses)


def alter(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """One ALTER TABLE an attribute."""
    head = f"ALTER {'FOREIGN TABLE' if identity.kind == 'foreign table' else 'TABLE'} {dotted(identity.path)}"
    for fixed in _FIXED:
        if before.get(fixed) != after.get(fixed):
            raise Unwritten(f"{identity}: a table's {fixed.replace('_', ' ')} cannot be changed; make another table")
    if before.get("of_type") != after.get("of_type"):
        yield Step(f"{head} OF {after['of_type']}" if "of_type" in after else f"{head} NOT OF")
    if before.get("persistence") != after.get("persistence"):
        yield Step(
            f"{head} SET {'UNLOGGED' if after.get('persistence') == 'unlogged' else 'LOGGED'}",
            note=f"{identity}: the table is written anew while nobody can use it",
        )
    if before.get("access_method") != after.get("access_method") and "access_method" in after:
        yield Step(f"{head} SET ACCESS METHOD {quoted(str(after['access_method']))}")
    for key, prefix in (("options", ""), ("toast_options", "toast.")):
        yield from options.storage(head, strings(before.get(key)), strings(after.get(key)), prefix)
    for key, on, off in (
        ("row_security", "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"),
        ("force_row_security", "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"),
    ):
        if bool(before.get(key)) != bool(after.get(key)):
            yield Step(f"{head} {on if after.get(key) else off}")
    if before.get("replica_identity") != after.get("replica_identity") and after.get("replica_identity") != "index":
        yield Step(f"{head} REPLICA IDENTITY {text_of(after, 'replica_identity', 'default').upper()}")
    if before.get("server_options") != after.get("server_options"):
        yield from options.foreign(head, strings(before.get("server_options")), strings(after.get("server_options")))
    if before.get("tablespace") != after.get("tablespace"):
        yield Step(f"{head} SET TABLESPACE {quoted(text_of(after, 'tablespace', 'pg_default'))}")


def movable(before: Attributes, after: Attributes) -> bool:
    """Whether parents only come, behind those that stay, and go: a table keeps them in their order."""
    if before == after:
        return True
    if before.get("partition_bound") or after.get("partition_bound"):
        return False
    was, now = strings(before.get("inherits")), strings(after.get("inherits"))
    stays = tuple(parent for parent in was if parent in now)
    return bool(stays) and now[: len(stays)] == stays


def move(identity: Identity, before: Attributes, after: Attributes, context: Context) -> Iterator[Step]:
    """INHERIT from the parents that come; those that go are gone by then, see `leave`."""
    was, now = strings(before.get("inherits")), strings(after.get("inherits"))
    yield from place(identity, {"inherits": [parent for parent in now if parent not in was]}, context)


def leave(identity: Identity, before: Attributes, after: Attributes) -> Iterator[Step]:
    """NO INHERIT from the parents that go."""
    now = strings(after.get("inherits"))
    gone = [parent for parent in strings(before.get("inherits")) if parent not in now]
    yield from unplace(identity, {"inherits": gone})


def place(identity: Identity, a: Attributes, context: Context) -> Iterator[Step]:
    """The table's place below its parents: a partition is attached, other children inherit from the start."""
    child = dotted(identity.path)
    bound = a.get("partition_bound")
    for parent in strings(a.get("inherits")):
        query = (
            f"SELECT FROM pg_inherits WHERE inhrelid = {regclass(identity.path)}"
            f" AND inhparent = {regclass(qualified(parent))}"
        )
        if bound is not None:
            away = Identity(PLACE, identity.path) in context.before
            note = f"table {child}: was detached further up; until here its rows are not among those of {parent}"
            attached = f"ALTER TABLE ONLY {parent} ATTACH PARTITION {child} {bound}"
            yield Step(unless(query, attached), note=note if away else None)
        elif identity.path not in context.fresh:
            yield Step(unless(query, f"ALTER TABLE {child} INHERIT {parent}"))


def unplace(identity: Identity, a: Attributes) -> Iterator[Step]:
    """DETACH PARTITION or NO INHERIT."""
    child = dotted(identity.path)
    for parent in strings(a.get("inherits")):
        query = (
            f"SELECT FROM pg_inherits WHERE inhrelid = to_regclass({columns.literal(child)})"
            f" AND inhparent = to_regclass({columns.literal(dotted(qualified(parent)))})"
        )
        what = f"{parent} DETACH PARTITION {child}" if a.get("partition_bound") else ""
        yield Step(when(query, f"ALTER TABLE {what}" if what else f"ALTER TABLE {child} NO INHERIT {parent}"))


def _columns(identity: Identity, context: Context) -> list[str]:
    partition = is_partition(identity.path, context.after)
    found = []
    for other, a in context.after.items():
        if other.kind != "column" or other.path[:2] != identity.path or other not in context.inline:
            continue
        if a.get("inherited") and not partition:
            continue
        default = context.after.get(Identity(DEFAULT, other.path))
        missing = context.after.get(Identity(NOT_NULL, other.path))
        shown = columns.definition(
            other,
            a,
            default if Identity(DEFAULT, other.path) in context.inline else None,
            missing if Identity(NOT_NULL, other.path) in context.inline else None,
            context,
        )
        found.append((int(str(a["place"])), shown))
    return [line for _, line in sorted(found)]


def _parents(identity: Identity, context: Context) -> str:
    held = context.after.get(Identity(PLACE, identity.path))
    return f" INHERITS ({', '.join(strings(held.get('inherits')))})" if held else ""


def _tail(a: Attributes) -> Iterator[str]:
    if "partition_key" in a:
        yield f" PARTITION BY {a['partition_key']}"
    if a.get("access_method") not in (None, "heap"):
        yield f" USING {quoted(str(a['access_method']))}"
    if "options" in a:
        yield " WITH (" + ", ".join(_assigned(option) for option in strings(a["options"])) + ")"
    if "tablespace" in a:
        yield f" TABLESPACE {quoted(str(a['tablespace']))}"
    if "server" in a:
        yield f" SERVER {quoted(str(a['server']))}"
        if "server_options" in a:
            yield f" OPTIONS ({options.listed(strings(a['server_options']))})"


def _assigned(option: str) -> str:
    key, _, value = option.partition("=")
    return f"{key} = {options.value_of(value)}"


def _row_security(a: Attributes) -> Iterator[str]:
    if a.get("row_security"):
        yield "ENABLE ROW LEVEL SECURITY"
    if a.get("force_row_security"):
        yield "FORCE ROW LEVEL SECURITY"
