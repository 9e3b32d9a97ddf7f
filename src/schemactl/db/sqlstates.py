"""SQLSTATEs in words (PostgreSQL manual, Appendix A)."""

import re

# For codes that psycopg has no class for, as extensions raise them: the first two characters tell the kind.
_CLASSES = {
    "08": "connection exception",
    "22": "data exception",
    "23": "integrity constraint violation",
    "25": "invalid transaction state",
    "28": "invalid authorization specification",
    "2B": "dependent privilege descriptors still exist",
    "40": "transaction rollback",
    "42": "syntax error or access rule violation",
    "53": "insufficient resources",
    "54": "program limit exceeded",
    "55": "object not in prerequisite state",
    "57": "operator intervention",
    "58": "system error",
    "P0": "PL/pgSQL error",
    "XX": "internal error",
}


def words(sqlstate: str) -> str:
    """The name of a SQLSTATE in words: `duplicate object` for 42710; its class for a code that has no name."""
    from psycopg import errors

    try:
        name = errors.lookup(sqlstate).__name__
    except KeyError:
        return kind(sqlstate)
    return re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", name.rstrip("_")).lower()


def describe(sqlstate: str) -> str:
    """The code and its words: `42710 duplicate object`."""
    return f"{sqlstate} {words(sqlstate)}"


def kind(sqlstate: str) -> str:
    """The class of a SQLSTATE in words: `integrity constraint violation` for 23505."""
    return _CLASSES.get(sqlstate[:2], "unknown condition")


def code(word: str) -> str | None:
    """The SQLSTATE that `word` means, by number or condition name (`duplicate_object`), or None."""
    from psycopg import errors

    if re.fullmatch(r"(?=.*\d)[0-9A-Za-z]{5}", word):
        known = words(word.upper()) != "unknown condition"
        return word.upper() if known else None
    name = word.lower().replace("_", " ")
    codes = (getattr(member, "sqlstate", None) for member in vars(errors).values() if isinstance(member, type))
    return next((sqlstate for sqlstate in codes if isinstance(sqlstate, str) and words(sqlstate) == name), None)
