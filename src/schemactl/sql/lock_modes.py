"""Table-level lock modes, what they keep others from doing, and what is done under them.

The manual: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from schemactl.sql.names import Name


class LockMode(IntEnum):
    """A lock mode, by its number in the server; a higher one conflicts with at least as many others."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def words(self) -> str:
        """As the manual writes it: `SHARE ROW EXCLUSIVE`."""
        return self.name.replace("_", " ")

    @property
    def blocks_reads(self) -> bool:
        """Whether SELECT waits."""
        return self.conflicts_with(LockMode.ACCESS_SHARE)

    @property
    def blocks_writes(self) -> bool:
        """Whether INSERT, UPDATE and DELETE wait."""
        return self.conflicts_with(LockMode.ROW_EXCLUSIVE)

    def conflicts_with(self, other: "LockMode") -> bool:
        """Whether two sessions cannot hold these modes on one table."""
        return other in _CONFLICTS[self]

    @classmethod
    def from_words(cls, words: str) -> "LockMode":
        """The mode that the manual writes so. Raises KeyError."""
        return cls[words.upper().replace(" ", "_")]


_S = LockMode
_CONFLICTS: dict[LockMode, set[LockMode]] = {
    _S.ACCESS_SHARE: {_S.ACCESS_EXCLUSIVE},
    _S.ROW_SHARE: {_S.EXCLUSIVE, _S.ACCESS_EXCLUSIVE},
    _S.ROW_EXCLUSIVE: {_S.SHARE, _S.SHARE_ROW_EXCLUSIVE, _S.EXCLUSIVE, _S.ACCESS_EXCLUSIVE},
    _S.SHARE_UPDATE_EXCLUSIVE: {mode for mode in _S if mode >= _S.SHARE_UPDATE_EXCLUSIVE},
    _S.SHARE: {mode for mode in _S if mode >= _S.ROW_EXCLUSIVE and mode is not _S.SHARE},
    _S.SHARE_ROW_EXCLUSIVE: {mode for mode in _S if mode >= _S.ROW_EXCLUSIVE},
    _S.EXCLUSIVE: {mode for mode in _S if mode >= _S.ROW_SHARE},
    _S.ACCESS_EXCLUSIVE: set(_S),
}


class Work(StrEnum):
    """What happens under a lock in time that grows with the table."""

    REWRITE = "rewrites the table"
    MAY_REWRITE = "may rewrite the table"
    SCAN = "reads the whole table"
    MAY_SCAN = "may read the whole table"
    INDEX = "builds an index"
    MAY_INDEX = "may build indexes"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock on a relation, and the work done under it.

    `of_index`: the lock is on the table of the index `relation`, which the statement does not name.
    """

    relation: Name
    mode: LockMode
    work: frozenset[Work] = frozenset()
    of_index: bool = False


Locks = Iterator[Lock]
NO_WORK: frozenset[Work] = frozenset()
