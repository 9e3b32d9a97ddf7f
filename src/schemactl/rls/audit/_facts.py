"""The catalog as audit rules ask it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from schemactl.catalog.scope import SUPABASE
from schemactl.catalog.snapshot import Attributes, Snapshot
from schemactl.core.findings import Severity
from schemactl.rls.relations import Path, Policy, Relation
from schemactl.rls.roles import Role
from schemactl.sql.names import quoted

PUBLIC, OWNER = "PUBLIC", "(owner)"
PLATFORM = ("anon", "authenticated")
WRITES = ("INSERT", "UPDATE", "DELETE")
_COMMANDS = {"SELECT": "select", "INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}
_PART = r'(?:"(?:[^"]|"")+"|\w+)'
_CHAIN = re.compile(rf"{_PART}(?:\.{_PART})*")
_CALL = re.compile(rf"({_PART}\.{_PART})\(")
_WORD_CALL = re.compile(r"(\w+)\"?\s*\(")
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
                client for client in self.clients if any(self._holds(client, acl, privileges, relation) for acl in acls)
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
            client for client in self.clients if any(self._holds(client, acl, (privilege,), relation) for acl in acls)
        ]

    def executors(self, path: tuple[str, ...], kind: str = "function") -> list[str]:
        """The clients that may call the function."""
        acl = self._grants(kind, path)
        return [client for client in self.clients if self._holds(client, acl, ("EXECUTE",), None)]

    def functions(self) -> Iterator[tuple[tuple[str, ...], Attributes]]:
        """The project's own functions."""
        for path, attributes in self.snapshot.of_kind("function").items():
            if path[0] not in self.managed:
                yield path, attributes

    def reads(self, text: str) -> list[Relation]:
        """The relations that a condition or a view's definition names."""
        named = dict.fromkeys(_CHAIN.findall(text))
        return [self._by_name[name] for name in named if name in self._by_name]

    @cached_property
    def _by_name(self) -> dict[str, Relation]:
        return {relation.name: relation for relation in self.relations.values()}

    def calls(self, text: str) -> list[tuple[tuple[str, ...], Attributes]]:
        """The functions that a condition calls, the platform's too."""
        named = dict.fromkeys(_CALL.findall(text))
        return [one for name in named for one in self._functions_by_name.get(name, ())]

    @cached_property
    def _functions_by_name(self) -> dict[str, list[tuple[tuple[str, ...], Attributes]]]:
        found: dict[str, list[tuple[tuple[str, ...], Attributes]]] = {}
        for path, attributes in self.snapshot.of_kind("function").items():
            found.setdefault(f"{quoted(path[0])}.{quoted(path[1])}", []).append((path, attributes))
        return found

    @cached_property
    def asking(self) -> frozenset[tuple[str, str]]:
        """Schema and name of the project's functions that ask who the session is, themselves or through others."""
        bodies = {path[:2]: str(function.get("body")) for path, function in self.functions()}
        found = {name for name, body in bodies.items() if session(body)}
        names = {name: set(_WORD_CALL.findall(body)) for name, body in bodies.items()}
        grown = True
        while grown:
            known = {name for _, name in found}
            more = {name for name, called in names.items() if name not in found and called & known}
            grown = bool(more)
            found |= more
        return frozenset((name[0], name[1]) for name in found)

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


def listed(clients: list[str]) -> str:
    """`anon, authenticated`; PUBLIC stands for all of them."""
    return PUBLIC if PUBLIC in clients else ", ".join(clients)
