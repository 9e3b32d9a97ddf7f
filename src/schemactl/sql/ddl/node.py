"""The base of lowered statements."""

from typing import Any, dataclass_transform

from schemactl.sql.names import Name

__all__ = ["Expression", "Name", "Node"]

# A node of libpg_query's JSON: {"FuncCall": {...}}.
Expression = dict[str, Any]


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Node:
    """A value with named fields; defaults are class attributes.

    Some sixty of these are declared at start-up and tens of thousands made in a run: generated dataclass methods would
    cost more than the parser.
    """

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def __eq__(self, other: object) -> bool:
        """Equal when of one class with equal fields."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__))

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({inner})"
