"""Access privileges as the catalogs write them (`grantee=arwd*/grantor`), turned into names.

The letters stand in the manual, section "Privileges", table "ACL Privilege Abbreviations".
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

OWNER = "(owner)"
PUBLIC = "PUBLIC"

_NAMES = {
    "r": "SELECT",
    "a": "INSERT",
    "w": "UPDATE",
    "d": "DELETE",
    "D": "TRUNCATE",
    "x": "REFERENCES",
    "t": "TRIGGER",
    "m": "MAINTAIN",
    "U": "USAGE",
    "C": "CREATE",
    "X": "EXECUTE",
    "c": "CONNECT",
    "T": "TEMPORARY",
}
_TABLE, _TABLE_17 = frozenset("arwdDxt"), frozenset("arwdDxtm")
_WHOLE = {
    "column": frozenset("arwx"),
    "schema": frozenset("UC"),
    "schemas": frozenset("UC"),
    "sequence": frozenset("rwU"),
    "sequences": frozenset("rwU"),
}
_TABLE_LIKE = frozenset({"table", "tables", "view", "materialized view", "foreign table"})


def privileges(acl: Sequence[str], owner: str, kind: str, server_version: int) -> Mapping[str, Sequence[str]]:
    """Grantee → privileges, the grantors left out: `{"(owner)": ["ALL"], "PUBLIC": ["SELECT"]}`.

    The owner goes by `(owner)`, so that a change of owner is one change. Every privilege that a server of this version
    (as in `server_version_num`) knows for the kind reads `ALL`: version 17 added MAINTAIN, and ALL still means all.
    """
    return dict(_privileges(tuple(acl), owner, _whole(kind, server_version)))


def _whole(kind: str, server_version: int) -> frozenset[str]:
    if kind in _TABLE_LIKE:
        return _TABLE_17 if server_version >= 170000 else _TABLE
    return _WHOLE.get(kind, frozenset())


@lru_cache(maxsize=4096)
def _privileges(acl: tuple[str, ...], owner: str, whole: frozenset[str]) -> tuple[tuple[str, Sequence[str]], ...]:
    held: dict[str, dict[str, bool]] = {}
    for item in acl:
        grantee, letters = _split(item)
        mine = held.setdefault(OWNER if grantee == owner else grantee or PUBLIC, {})
        for position, letter in enumerate(letters):
            if letter != "*":
                mine[letter] = mine.get(letter, False) or letters[position + 1 : position + 2] == "*"
    return tuple((grantee, _words(letters, whole)) for grantee, letters in sorted(held.items()) if letters)


def _split(item: str) -> tuple[str, str]:
    """The grantee (empty for everyone) and the letters of one entry; names with odd characters stand in quotes."""
    if not item.startswith('"'):
        grantee, _, rest = item.partition("=")
        return grantee, rest.partition("/")[0]
    end = 1
    while item[end : end + 2] == '""' or item[end] != '"':
        end += 2 if item[end] == '"' else 1
    return item[1:end].replace('""', '"'), item[end + 2 :].partition("/")[0]


def _words(letters: Mapping[str, bool], whole: frozenset[str]) -> list[str]:
    if whole and whole == letters.keys() and len(set(letters.values())) == 1:
        return list(_grantable([("ALL", next(iter(letters.values())))]))
    order = list(_NAMES)
    known = sorted(letters, key=lambda letter: (order.index(letter) if letter in _NAMES else len(order), letter))
    return list(_grantable((_NAMES.get(letter, letter), letters[letter]) for letter in known))


def _grantable(names: Iterable[tuple[str, bool]]) -> Iterable[str]:
    return (f"{name} WITH GRANT OPTION" if grantable else name for name, grantable in names)
