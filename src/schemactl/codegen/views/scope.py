"""The columns that a FROM clause makes visible."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from schemactl.sql.names import Name


class Origin(NamedTuple):
    """The table's column that a column shows unchanged."""

    table: Name
    column: str


@dataclass(frozen=True, slots=True)
class Output:
    """One column of a relation or query: its origin where it has one, and whether it is known never to be null."""

    name: str
    origin: Origin | None = None
    not_null: bool = False

    def maybe_null(self) -> "Output":
        """The same column on the outer side of a join."""
        return replace(self, not_null=False)


UNKNOWN = Output("")


@dataclass(frozen=True)
class Scope:
    """Relations by alias, in order, and the columns that USING has merged."""

    relations: Mapping[str, Sequence[Output]] = field(default_factory=dict)
    merged: Mapping[str, Output] = field(default_factory=dict)

    def find(self, parts: Sequence[str]) -> Output:
        """The column that a reference of these parts names; UNKNOWN where this cannot be told."""
        if len(parts) == 1:
            if parts[0] in self.merged:
                return self.merged[parts[0]]
            found = [column for column in self._all() if column.name == parts[0]]
            return found[0] if len(found) == 1 else UNKNOWN
        relation = self.relations.get(parts[-2], ())
        return next((column for column in relation if column.name == parts[-1]), UNKNOWN)

    def maybe_null(self) -> "Scope":
        """The scope on the outer side of a join."""
        return Scope(
            {alias: [c.maybe_null() for c in columns] for alias, columns in self.relations.items()},
            {name: column.maybe_null() for name, column in self.merged.items()},
        )

    def beside(self, other: "Scope") -> "Scope":
        """Both scopes together."""
        return Scope({**self.relations, **other.relations}, {**self.merged, **other.merged})

    def merging(self, merged: Mapping[str, Output]) -> "Scope":
        """The scope with more merged columns."""
        return Scope(self.relations, {**self.merged, **merged})

    def never_null(self, references: set[tuple[str, ...]]) -> "Scope":
        """The scope when these references have been found not to be null."""

        def known(column: Output, *paths: tuple[str, ...]) -> Output:
            return replace(column, not_null=True) if references.intersection(paths) else column

        alone = {c.name for c in self._all() if sum(o.name == c.name for o in self._all()) == 1} - self.merged.keys()
        return Scope(
            {
                alias: [known(c, (alias, c.name), *([(c.name,)] if c.name in alone else [])) for c in columns]
                for alias, columns in self.relations.items()
            },
            {name: known(column, (name,)) for name, column in self.merged.items()},
        )

    def _all(self) -> Iterator[Output]:
        for columns in self.relations.values():
            yield from columns
