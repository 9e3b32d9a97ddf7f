"""Everything that is not a table: indexes, types, functions, policies, roles, grants, publications, drops, renames."""

from schemactl.sql.ddl.node import Expression, Name, Node
from schemactl.sql.ddl.tables import Constraint, Type


class IndexKey(Node):
    """One key of an index: a column, or an expression, with its order as written."""

    column: str | None = None
    expression: Expression | None = None
    descending: bool = False
    nulls: str = ""
    opclass: str | None = None


class CreateIndex(Node):
    """CREATE INDEX."""

    table: Name
    name: str | None
    keys: tuple[IndexKey, ...]
    method: str = "btree"
    include: tuple[str, ...] = ()
    unique: bool = False
    where: Expression | None = None
    concurrently: bool = False
    if_not_exists: bool = False
    only: bool = False


class Drop(Node):
    """DROP of anything; `kind` is table, index, view, function…; `table` is set for policies, triggers and rules."""

    kind: str
    names: tuple[Name, ...]
    if_exists: bool = False
    cascade: bool = False
    concurrently: bool = False
    table: Name | None = None


class Rename(Node):
    """RENAME; `relation` is the renamed relation or the owner of the renamed column, constraint, policy or trigger."""

    kind: str
    relation: Name | None
    old: str
    new: str


class SetSchema(Node):
    """ALTER … SET SCHEMA."""

    kind: str
    name: Name
    schema: str


class ChangeOwnerOf(Node):
    """ALTER … OWNER TO, for what is not a relation."""

    kind: str


class Comment(Node):
    """COMMENT ON; `name` is set for what has a name of at most two parts."""

    kind: str
    name: Name | None = None
    text: str = ""


class CreateSchema(Node):
    """CREATE SCHEMA."""

    name: str
    if_not_exists: bool = False


class CreateEnum(Node):
    """CREATE TYPE … AS ENUM."""

    name: Name
    values: tuple[str, ...]


class CreateType(Node):
    """CREATE TYPE of another kind: composite or range, or a shell."""

    name: Name
    kind: str


class AlterEnum(Node):
    """ALTER TYPE … ADD VALUE, or RENAME VALUE when `old` is set."""

    name: Name
    value: str
    old: str | None = None
    if_not_exists: bool = False
    placed: bool = False


class CreateDomain(Node):
    """CREATE DOMAIN."""

    name: Name
    type: Type
    constraints: tuple[Constraint, ...] = ()


class AlterDomain(Node):
    """ALTER DOMAIN; `action` is add constraint, drop constraint, set not null, drop not null, validate or default."""

    name: Name
    action: str
    constraint: Constraint | None = None
    if_exists: bool = False


class CreateSequence(Node):
    """CREATE SEQUENCE."""

    name: Name
    if_not_exists: bool = False
    temporary: bool = False


class CreateView(Node):
    """CREATE VIEW."""

    name: Name
    query: Expression
    or_replace: bool = False
    temporary: bool = False
    security_invoker: bool = False


class CreateFunction(Node):
    """CREATE FUNCTION or PROCEDURE. `settings` are its SET clauses, `body` the text between the quotes.

    `arguments` are the types that tell overloads apart, `named_arguments` names with their types.
    """

    name: Name
    procedure: bool = False
    or_replace: bool = False
    language: str = "sql"
    returns: str | None = None
    arguments: tuple[str, ...] = ()
    named_arguments: tuple[tuple[str, str], ...] = ()
    body: str = ""
    body_at: int = -1
    volatility: str = "volatile"
    security_definer: bool = False
    settings: tuple[str, ...] = ()


class AlterFunction(Node):
    """ALTER FUNCTION; `settings` are the parameters that it sets."""

    name: Name
    security_definer: bool | None = None
    settings: tuple[str, ...] = ()


class CreateTrigger(Node):
    """CREATE TRIGGER."""

    name: str
    table: Name
    function: Name
    or_replace: bool = False
    constraint: bool = False
    before: bool = False
    row: bool = False
    events: tuple[str, ...] = ()


class CreatePolicy(Node):
    """CREATE POLICY; no role means PUBLIC."""

    name: str
    table: Name
    command: str = "all"
    roles: tuple[str, ...] = ()
    permissive: bool = True
    using: Expression | None = None
    check: Expression | None = None
    at: int = -1


class AlterPolicy(Node):
    """ALTER POLICY."""

    name: str
    table: Name
    roles: tuple[str, ...] | None = None
    using: Expression | None = None
    check: Expression | None = None


class CreateExtension(Node):
    """CREATE EXTENSION."""

    name: str
    schema: str | None = None
    if_not_exists: bool = False


class CreateRole(Node):
    """CREATE ROLE, USER or GROUP; ALTER ROLE when `alter`. Options as written: superuser, bypassrls, password."""

    name: str
    options: dict[str, object]
    alter: bool = False


class Grant(Node):
    """GRANT or REVOKE of privileges. Empty `privileges` means ALL; `everything` is ON ALL … IN SCHEMA."""

    grant: bool
    kind: str
    privileges: tuple[str, ...]
    objects: tuple[Name, ...]
    grantees: tuple[str, ...]
    everything: bool = False
    column_level: bool = False
    default: bool = False


class GrantRole(Node):
    """GRANT role TO role."""

    grant: bool
    roles: tuple[str, ...]
    grantees: tuple[str, ...]


class CreatePublication(Node):
    """CREATE PUBLICATION."""

    name: str
    tables: tuple[Name, ...] = ()
    everything: bool = False


class AlterPublication(Node):
    """ALTER PUBLICATION; `action` is add, drop or set, or options."""

    name: str
    tables: tuple[Name, ...] = ()
    action: str = "options"


class CreateOther(Node):
    """CREATE of something that the symbolic schema does not follow: cast, operator, rule, statistics, server."""

    kind: str
    name: str | None = None
    or_replace: bool = False
    if_not_exists: bool = False
