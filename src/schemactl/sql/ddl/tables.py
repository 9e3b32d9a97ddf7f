"""Tables, columns, constraints and the actions of ALTER TABLE."""

from schemactl.sql.ddl.node import Expression, Name, Node


class Type(Node):
    """A type as written: canonical `name` (int4, not integer), its modifiers, whether it is an array."""

    name: str
    schema: str | None = None
    modifiers: tuple[int, ...] = ()
    array: bool = False


class Constraint(Node):
    """A table constraint, or a column's own one with that column in `columns`. `at` is a byte offset in the file."""

    kind: str  # primary, unique, check, foreign, exclusion, not null
    at: int
    name: str | None = None
    columns: tuple[str, ...] = ()
    expression: Expression | None = None
    references: Name | None = None
    referenced_columns: tuple[str, ...] = ()
    on_delete: str = "no action"
    not_valid: bool = False
    enforced: bool = True
    using_index: str | None = None
    deferrable: bool = False


class Column(Node):
    """A column definition. `generated` is stored, virtual or None; `identity` covers both kinds."""

    name: str
    at: int
    type: Type | None = None
    not_null: bool = False
    default: Expression | None = None
    generated: str | None = None
    identity: bool = False
    collation: str | None = None
    constraints: tuple[Constraint, ...] = ()

    @property
    def is_serial(self) -> bool:
        """Whether the type is one of the serial pseudo-types."""
        return self.type is not None and self.type.name in {"serial", "serial4", "bigserial", "serial8", "smallserial"}

    def constraint(self, kind: str) -> Constraint | None:
        """The first inline constraint of that kind."""
        return next((constraint for constraint in self.constraints if constraint.kind == kind), None)


class CreateTable(Node):
    """CREATE TABLE. `constraints` holds the table's and the columns' own ones."""

    name: Name
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    if_not_exists: bool = False
    temporary: bool = False
    unlogged: bool = False
    foreign: bool = False
    partition_of: Name | None = None
    partition_default: bool = False
    partition_by: tuple[str, ...] | None = None
    inherits: tuple[Name, ...] = ()
    like: tuple[Name, ...] = ()


class CreateTableAs(Node):
    """CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW."""

    name: Name
    materialized: bool
    query: Expression
    if_not_exists: bool = False
    temporary: bool = False
    with_data: bool = True


class Action(Node):
    """One action of ALTER TABLE; `at` is a byte offset where the parser gives one, else -1."""

    at: int = -1


class AddColumn(Action):
    """ADD COLUMN."""

    column: Column
    if_not_exists: bool = False


class DropColumn(Action):
    """DROP COLUMN."""

    name: str
    if_exists: bool = False
    cascade: bool = False


class SetType(Action):
    """ALTER COLUMN … TYPE."""

    column: str
    type: Type
    using: Expression | None = None
    collation: str | None = None


class SetNotNull(Action):
    """ALTER COLUMN … SET NOT NULL."""

    column: str


class DropNotNull(Action):
    """ALTER COLUMN … DROP NOT NULL."""

    column: str


class SetDefault(Action):
    """ALTER COLUMN … SET DEFAULT, or DROP DEFAULT when `default` is None."""

    column: str
    default: Expression | None = None


class AddConstraint(Action):
    """ADD CONSTRAINT."""

    constraint: Constraint


class ValidateConstraint(Action):
    """VALIDATE CONSTRAINT."""

    name: str


class DropConstraint(Action):
    """DROP CONSTRAINT."""

    name: str
    if_exists: bool = False
    cascade: bool = False


class AttachPartition(Action):
    """ATTACH PARTITION."""

    partition: Name
    default: bool = False


class DetachPartition(Action):
    """DETACH PARTITION."""

    partition: Name
    concurrently: bool = False
    finalize: bool = False


class RowSecurity(Action):
    """ENABLE, DISABLE, FORCE or NO FORCE ROW LEVEL SECURITY; what is not mentioned is None."""

    enabled: bool | None = None
    forced: bool | None = None


class SwitchTrigger(Action):
    """ENABLE or DISABLE TRIGGER; `name` is ALL, USER or a trigger."""

    name: str
    enabled: bool


class ReplicaIdentity(Action):
    """REPLICA IDENTITY: default, nothing, full, or index with its name."""

    kind: str
    index: str | None = None


class SetLogged(Action):
    """SET LOGGED or SET UNLOGGED."""

    logged: bool


class SetTablespace(Action):
    """SET TABLESPACE."""

    tablespace: str


class SetAccessMethod(Action):
    """SET ACCESS METHOD."""

    method: str


class AddIdentity(Action):
    """ALTER COLUMN … ADD GENERATED … AS IDENTITY."""

    column: str


class DropIdentity(Action):
    """DROP IDENTITY."""

    column: str


class SetOptions(Action):
    """SET (…): storage parameters, or a view's `security_invoker`."""

    options: dict[str, Expression]


class ChangeOwner(Action):
    """OWNER TO."""

    owner: str


class OtherAction(Action):
    """An action that nothing here reasons about; `subtype` is the parser's name."""

    subtype: str


class AlterTable(Node):
    """ALTER TABLE, or the same statement for an index, view, sequence, type or foreign table (`kind`)."""

    name: Name
    kind: str
    actions: tuple[Action, ...]
    if_exists: bool = False
    only: bool = False
