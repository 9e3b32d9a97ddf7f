"""The catalog as audit rules ask it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from schemactl.catalog.scope import SUPABASE
from schemactl.catalog.snapshot import Attributes, Snapshot
from schemactl.core.findings import Severity
from schemactl.rls.audit._effects import Effects
from schemactl.rls.relations import Path, Policy, Relation
from schemactl.rls.roles import Role
from schemactl.sql.ddl.expressions import always_true, tree
from schemactl.sql.names import Name, quoted

PUBLIC, OWNER = "PUBLIC", "(owner)"
PLATFORM = ("anon", "authenticated")
WRITES = ("INSERT", "UPDATE", "DELETE")
_SAID = 4
"""As many clients are named in a message."""
_COMMANDS = {"SELECT": "select", "INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}
_PART = r'(?:"(?:[^"]|"")+"|\w+)'
_CHAIN = re.compile(rf"{_PART}(?:\.{_PART})*")
_ON = frozenset({"on", "1", *("true"[:end] for end in range(1, 5)), *("yes"[:end] for end in range(1, 4))})
_SESSION = re.compile(r"auth\.(?:uid|jwt|role|email)\s*\(\s*\)|current_setting\(|current_user|session_user")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with `object`: what, and what to do."""

    message: str
    object: str
    hint: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, eq=False)
class Facts:
    """A snapshot, its relations, and the cluster's roles."""

    snapshot: Snapshot
    relations: Mapping[Path, Relation]
    roles: Mapping[str, Role]

    @cached_property
    def managed(self) -> frozenset[str]:
        """Schemas of the platform, where there is one."""
        return SUPABASE if "authenticator" in self.roles else frozenset()

    @cached_property
    def exposed(self) -> list[Relation]:
        """The project's own relations."""
        return [relation for path, relation in sorted(self.relations.items()) if path[0] not in self.managed]

    @cached_property
    def tables(self) -> list[Relation]:
        """The project's own tables."""
        return [relation for relation in self.exposed if relation.is_table]

    @cached_property
    def clients(self) -> tuple[str, ...]:
        """Roles that strangers act as: the platform's, else every role that is neither privileged nor an owner."""
        platform = [name for name in PLATFORM if name in self.roles]
        if platform:
            return (PUBLIC, *platform)
        owners = {relation.owner for relation in self.relations.values()}
        plain = [r.name for r in self.roles.values() if not (r.superuser or r.bypass or r.name in owners)]
        return (PUBLIC, *plain)

    def holders(self, relation: Relation, *privileges: str) -> list[str]:
        """The clients that hold any of the privileges on the relation, or on a column of it."""
        key = (relation.path, privileges)
        if key not in self._holders:
            acls = [self._grants(relation.kind, relation.path), *self._column_grants.get(relation.path, ())]
            self._holders[key] = [
                client
                for client in self._using(relation.path[0])
                if any(self._holds(client, acl, privileges, relation) for acl in acls)
            ]
        return list(self._holders[key])

    @cached_property
    def _holders(self) -> dict[tuple[Path, tuple[str, ...]], list[str]]:
        return {}

    def column_holders(self, relation: Relation, column: str, privilege: str) -> list[str]:
        """The clients that hold the privilege on the column, by itself or with the whole table."""
        own = self.snapshot.of_kind("column").get((*relation.path, column), {}).get("grants")
        acls = [self._grants("table", relation.path), own if isinstance(own, Mapping) else {}]
        return [
            client
            for client in self._using(relation.path[0])
            if any(self._holds(client, acl, (privilege,), relation) for acl in acls)
        ]

    def executors(self, path: tuple[str, ...], kind: str = "function") -> list[str]:
        """The clients that may call the function."""
        acl = self._grants(kind, path)
        return [client for client in self._using(path[0]) if self._holds(client, acl, ("EXECUTE",), None)]

    def granted(self, path: tuple[str, ...], kind: str, name: str) -> bool:
        """Whether something is granted to just this role, or to PUBLIC."""
        return name in self._grants(kind, path)

    def functions(self, *kinds: str) -> Iterator[tuple[tuple[str, ...], Attributes]]:
        """The project's own functions, or what else is named."""
        for kind in kinds or ("function",):
            for path, attributes in self.snapshot.of_kind(kind).items():
                if path[0] not in self.managed:
                    yield path, attributes

    def reads_all(self, relation: Relation, client: str) -> bool:
        """Whether the client reads every row and column by itself."""
        if client not in self._using(relation.path[0]):
            return False
        if not self._holds(client, self._grants(relation.kind, relation.path), ("SELECT",), relation):
            return False
        if not relation.row_security:
            return relation.is_table or "security_invoker=true" not in relation.options
        narrowed = any(not p.permissive and p.command in ("select", "all") for p in relation.policies)
        applying = self.applying(relation, client, "SELECT")
        return not narrowed and any(always_true(tree(p.using)) for p in applying if p.using)

    def _using(self, schema: str) -> list[str]:
        """The clients that may name what is in the schema."""
        if schema not in self._usage:
            acl = self.snapshot.of_kind("schema").get((schema,), {}).get("grants")
            self._usage[schema] = [
                client
                for client in self.clients
                if not isinstance(acl, Mapping) or self._holds(client, acl, ("USAGE",), None)
            ]
        return self._usage[schema]

    @cached_property
    def _usage(self) -> dict[str, list[str]]:
        return {}

    def reads(self, text: str) -> list[Relation]:
        """The relations that a condition or a view's definition names."""
        named = dict.fromkeys(_CHAIN.findall(text))
        return [self._by_name[name] for name in named if name in self._by_name]

    def relation(self, name: Name, search_path: Sequence[str] = ()) -> Relation | None:
        """The relation that a name may mean: of the search_path, of public, or the only one of that name."""
        if name.schema:
            return self.relations.get((name.schema, name.name))
        for schema in (*search_path, "public"):
            if (schema, name.name) in self.relations:
                return self.relations[schema, name.name]
        found = self._by_bare_name.get(name.name, ())
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_bare_name(self) -> dict[str, list[Relation]]:
        found: dict[str, list[Relation]] = {}
        for relation in self.exposed:
            found.setdefault(relation.path[1], []).append(relation)
        return found

    @cached_property
    def _by_name(self) -> dict[str, Relation]:
        return {relation.name: relation for relation in self.relations.values()}

    @cached_property
    def asked(self) -> dict[int, tuple[object, bool]]:
        """Conditions by identity, and whether they ask who is there: each is looked at once, by whichever rule."""
        return {}

    @cached_property
    def called(self) -> dict[object, list[tuple[str, ...]]]:
        """Policies, and the functions that each calls: as `asked`."""
        return {}

    @cached_property
    def effects(self) -> Effects:
        """What the functions do."""
        return Effects(self)

    def applying(self, relation: Relation, client: str, privilege: str) -> list[Policy]:
        """The permissive policies that let the client use the privilege."""
        command = _COMMANDS[privilege]
        mine = self.identities(client)
        return [p for p in relation.policies if p.permissive and p.command in (command, "all") and p.roles & mine]

    def identities(self, client: str) -> frozenset[str]:
        """The client, PUBLIC, and the roles whose privileges it has."""
        role = self.roles.get(client)
        return frozenset({client, PUBLIC}) | (role.privileges_of if role else frozenset())

    def _grants(self, kind: str, path: tuple[str, ...]) -> Mapping[str, object]:
        grants = self.snapshot.of_kind(kind).get(path, {}).get("grants")
        return grants if isinstance(grants, Mapping) else {}

    @cached_property
    def _column_grants(self) -> dict[Path, list[Mapping[str, object]]]:
        found: dict[Path, list[Mapping[str, object]]] = {}
        for path, attributes in self.snapshot.of_kind("column").items():
            if isinstance(attributes.get("grants"), Mapping):
                found.setdefault((path[0], path[1]), []).append(attributes["grants"])  # type: ignore[arg-type]
        return found

    def _holds(
        self, client: str, acl: Mapping[str, object], privileges: tuple[str, ...], relation: Relation | None
    ) -> bool:
        mine = self.identities(client)
        for grantee, words in acl.items():
            who = relation.owner if grantee == OWNER and relation else grantee
            if who in mine and isinstance(words, list):
                held = {str(word).removesuffix(" WITH GRANT OPTION") for word in words}
                if "ALL" in held or held.intersection(privileges):
                    return True
        return False


def together(found: Sequence[tuple[Relation, list[str]]]) -> Iterator[tuple[str, str, list[str]]]:
    """Object, what SQL calls it after ON, clients: one for a schema where most of its tables have the same, else each."""
    groups: dict[tuple[str, tuple[str, ...]], list[Relation]] = {}
    for relation, clients in found:
        groups.setdefault((relation.path[0], tuple(clients)), []).append(relation)
    for (schema, holders), relations in groups.items():
        if len(relations) > 3:
            title_ = f"{len(relations)} tables of schema {quoted(schema)}"
            yield title_, f"ALL TABLES IN SCHEMA {quoted(schema)}", list(holders)
        else:
            yield from ((f"table {one.name}", one.name, list(holders)) for one in relations)


def switched_on(relation: Relation, *names: str) -> bool:
    """Whether one of these options of the relation is on, in whichever word for it (bool.c, parse_bool)."""
    settings = (option.partition("=") for option in relation.options)
    return any(name in names and value.lower() in _ON for name, _, value in settings)


def session(text: str | None) -> bool:
    """Whether a condition asks who the session is."""
    return bool(_SESSION.search(text or ""))


def conditions(relation: Relation) -> Iterator[tuple[Policy, str]]:
    """Each policy's conditions."""
    for policy in relation.policies:
        for text in (policy.using, policy.check):
            if text:
                yield policy, text


def title(policy: Policy) -> str:
    """`policy own on public.notes`."""
    return f"policy {quoted(policy.name)} on {'.'.join(map(quoted, policy.table))}"


def named(path: tuple[str, ...]) -> str:
    """`schema.function(type)`."""
    return f"{quoted(path[0])}.{quoted(path[1])}({path[-1]})"


def listed(clients: Sequence[str]) -> str:
    """`anon, authenticated`; PUBLIC stands for all of them, the first for many."""
    if PUBLIC in clients:
        return PUBLIC
    more = len(clients) - _SAID
    return ", ".join(clients) if more <= 1 else f"{', '.join(clients[:_SAID])} and {more:,} more"


def grantees(clients: Sequence[str]) -> str:
    """The clients as GRANT and REVOKE take them."""
    return ", ".join(client if client == PUBLIC else quoted(client) for client in clients)
