"""What changes rows, sessions, transactions and storage."""

from schemactl.sql.ddl.node import Expression, Name, Node


class Transaction(Node):
    """begin, commit, rollback, savepoint, release or rollback to; `name` is the savepoint."""

    kind: str
    name: str | None = None


class SetVariable(Node):
    """SET, SET LOCAL or RESET (`value` None); `name` is `*` for RESET ALL."""

    name: str
    value: str | None
    local: bool = False


class Insert(Node):
    """INSERT. `conflict` is None, nothing or update."""

    table: Name
    columns: tuple[str, ...] = ()
    conflict: str | None = None
    guarded: bool = False
    node: Expression


class Update(Node):
    """UPDATE."""

    table: Name
    columns: tuple[str, ...]
    where: Expression | None
    node: Expression
    joined: bool = False


class Delete(Node):
    """DELETE."""

    table: Name
    where: Expression | None
    node: Expression
    joined: bool = False


class Select(Node):
    """SELECT and the other queries."""

    node: Expression


class Merge(Node):
    """MERGE."""

    table: Name
    node: Expression


class Copy(Node):
    """COPY."""

    table: Name | None
    reads: bool
    stdin: bool = False


class Truncate(Node):
    """TRUNCATE."""

    tables: tuple[Name, ...]
    cascade: bool = False


class Lock(Node):
    """LOCK TABLE with its mode in words."""

    tables: tuple[Name, ...]
    mode: str
    nowait: bool = False


class Refresh(Node):
    """REFRESH MATERIALIZED VIEW."""

    name: Name
    concurrently: bool = False
    with_data: bool = True


class Vacuum(Node):
    """VACUUM or ANALYZE."""

    vacuum: bool
    full: bool = False
    tables: tuple[Name, ...] = ()


class Cluster(Node):
    """CLUSTER."""

    table: Name | None = None


class Reindex(Node):
    """REINDEX; `kind` is index, table, schema, database or system."""

    kind: str
    name: Name | None
    concurrently: bool = False


class Do(Node):
    """DO; `body_at` is the byte offset of the quoted text's token."""

    language: str
    body: str
    body_at: int = -1


class Call(Node):
    """CALL."""

    name: Name


class Dynamic(Node):
    """EXECUTE inside PL/pgSQL whose text is made at run time."""

    text: str


class Other(Node):
    """A statement that nothing here reasons about."""

    kind: str
