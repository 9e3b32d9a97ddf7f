"""What the writers of statements look up: both schemas, and what is new."""

from dataclasses import dataclass

from schemactl.catalog.snapshot import Identity
from schemactl.evolve.model import Objects


@dataclass(frozen=True)
class Context:
    """`before` and `after` are expanded. `owner` is the role that runs the script: what it makes is its own.

    `fresh` are the paths of relations that the script itself makes: nobody waits for their locks. `fresh_types` are
    types that it makes. `retyped` are columns that change their type, those in `moved` because the type itself is made
    anew. `placed` are the paths of tables that the script puts below a parent. `inline` are the parts that their
    table's own statement brings.
    """

    before: Objects
    after: Objects
    owner: str
    version: int
    fresh: frozenset[tuple[str, ...]] = frozenset()
    fresh_types: frozenset[Identity] = frozenset()
    retyped: frozenset[Identity] = frozenset()
    moved: frozenset[Identity] = frozenset()
    placed: frozenset[tuple[str, ...]] = frozenset()
    inline: frozenset[Identity] = frozenset()

    def is_fresh(self, identity: Identity) -> bool:
        """Whether the object stands on a relation that the script makes."""
        return identity.path[:2] in self.fresh


class Unwritten(Exception):
    """A change that no statement makes; the message says why."""
