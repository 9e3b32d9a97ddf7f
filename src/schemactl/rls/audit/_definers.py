"""SECURITY DEFINER functions that clients may call, and what a caller gets of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from schemactl.catalog.snapshot import Attributes
from schemactl.core.findings import Severity
from schemactl.rls.audit._effects import Effect, Path
from schemactl.rls.audit._facts import PUBLIC, Facts, listed, named
from schemactl.rls.audit._guards import bodies, guards, platform
from schemactl.rls.relations import Relation

_LIMITS = frozenset({"smallint", "integer", "bigint", "numeric", "interval"})
_NOBODY = (PUBLIC, "anon")
"""Who calls without being anyone."""


@dataclass(frozen=True, eq=False)
class Definer:
    """A function; `clients` may call it. `helps`: a policy calls it."""

    facts: Facts
    path: Path
    kind: str
    function: Attributes
    clients: tuple[str, ...]
    helps: bool

    @cached_property
    def effect(self) -> Effect:
        """What calling it comes to."""
        return self.facts.effects.of(self.path)

    @cached_property
    def secret(self) -> dict[str, Relation | None]:
        """What it reads and some caller may not; a row that is looked up by a secret is the caller's to see."""
        callers = [name for name in self.clients if name != PUBLIC] or [PUBLIC]
        found = {}
        for name in sorted(self.effect.reads - self.effect.presented, key=str):
            relation = self.facts.relation(name, _search_path(self.function))
            if not (relation and all(self.facts.reads_all(relation, client) for client in callers)):
                found[relation.name if relation else str(name)] = relation
        return found

    @property
    def foreign(self) -> bool:
        """Whether some of that is the platform's own, or not in the catalog, as people and keys are."""
        return any(relation is None or relation.path[0] in self.facts.managed for relation in self.secret.values())

    @property
    def title(self) -> str:
        """`function public.f(uuid)`."""
        return f"{self.kind} {named(self.path)}"

    @property
    def who(self) -> str:
        """The callers in words."""
        return PUBLIC if self.for_all else listed(self.clients)

    @property
    def open(self) -> bool:
        """Whether who is nobody may call it; where no role stands for those, everybody who may name it is meant."""
        nobody = any(name in self.clients for name in _NOBODY)
        return nobody or (not platform(self.facts) and self.facts.granted(self.path, self.kind, PUBLIC))

    @property
    def for_all(self) -> bool:
        """Whether nobody took PUBLIC's EXECUTE away."""
        return self.open and self.facts.granted(self.path, self.kind, PUBLIC)

    @property
    def tells(self) -> bool:
        """Whether all that a caller learns is yes or no: a boolean, an exception."""
        return self.function.get("result") in ("boolean", "void", None) and not self.effect.writes

    @property
    def chooses(self) -> bool:
        """Whether the caller says whose rows, or which: a number or a time is a limit."""
        return any(kind.strip() not in _LIMITS for kind in self.path[-1].split(",") if kind.strip())

    @property
    def sweeps(self) -> bool:
        """Whether it only starts work whose rows it chooses itself, as housekeeping does."""
        quiet = self.function.get("result") in ("void", "bigint", "integer", None)
        return quiet and self.effect.writes and not self.effect.sweeping and not self.chooses

    def judged(self) -> tuple[Severity, str]:
        """What it means that they may call it."""
        rights = f"with the rights of {self.function.get('owner')}"
        may = f"{self.who} may call it"
        if self.effect.asks:
            return Severity.INFO, f"{may}: it runs {rights}, and asks who calls"
        if not self.effect.readable:
            certain = self.for_all and self.function.get("result") != "boolean"
            text = f"{may}: it runs {rights}, and what it does cannot be read from its text"
            return (Severity.ERROR if certain else Severity.WARNING), text
        if self.sweeps:
            return Severity.WARNING, f"{self.who} may start its work: it writes {rights} and never asks who calls"
        if self.effect.writes:
            return Severity.ERROR, f"{may}: it writes {rights} and never asks who calls"
        if not self.secret:
            told = (
                "goes by a secret that the caller brings"
                if self.effect.presented
                else "tells what they may read anyway"
            )
            return Severity.INFO, f"{may}: it runs {rights}, and {told}"
        what = f"{', '.join(list(self.secret)[:3])} {rights} and never asks who calls"
        if self.tells:
            return Severity.WARNING, f"{may}: it answers yes or no from {what}"
        if self.helps:
            return Severity.WARNING, f"{may}, not policies alone: it reads {what}"
        certain = self.foreign or (self.for_all and self.chooses)
        return (Severity.ERROR if certain else Severity.WARNING), f"{may}: it reads {what}"


@lru_cache(maxsize=1)
def definers(facts: Facts) -> Sequence[Definer]:
    """Those of the project; trigger functions cannot be called."""
    return list(_definers(facts))


def _definers(facts: Facts) -> Iterator[Definer]:
    helpers = {path for guard in guards(facts) for path, _ in bodies(facts, guard)}
    for kind in ("function", "procedure"):
        for path, function in facts.functions(kind):
            if not function.get("security_definer") or function.get("result") in ("trigger", "event_trigger"):
                continue
            clients = tuple(facts.executors(path, kind))
            if clients:
                yield Definer(facts, path, kind, function, clients, path in helpers)


def _search_path(function: Attributes) -> tuple[str, ...]:
    settings = function.get("settings")
    for setting in settings if isinstance(settings, list) else ():
        name, _, value = str(setting).partition("=")
        if name == "search_path":
            return tuple(part.strip().strip('"') for part in value.split(","))
    return ()
