"""Objects as SQL names them, and the guards that let a statement run again."""

from collections.abc import Iterable

from schemactl.catalog.grants import PUBLIC
from schemactl.catalog.snapshot import Attributes, Identity
from schemactl.sql.names import literal, quoted

_WORDS = {
    "enum": "TYPE", "range type": "TYPE", "base type": "TYPE", "composite type": "TYPE",
    "foreign server": "SERVER", "domain constraint": "CONSTRAINT",
}  # fmt: skip
_BELOW = frozenset({"constraint", "trigger", "rule", "policy"})


def dotted(path: Iterable[str]) -> str:
    """A path as SQL."""
    return ".".join(map(quoted, path))


def word(kind: str) -> str:
    """What DROP, ALTER and COMMENT ON call the kind."""
    return _WORDS.get(kind, kind.upper())


def name(identity: Identity) -> str:
    """The object's name as DROP and ALTER take it; a policy, trigger, rule or constraint goes by its own name alone."""
    kind, path = identity
    match kind:
        case "function" | "procedure":
            return f"{dotted(path[:2])}({path[2]})"
        case "aggregate":
            return f"{dotted(path[:2])}({path[2] or '*'})"
        case "operator":
            return f"{quoted(path[0])}.{path[1]} ({path[2]})"
        case "index":
            return dotted((path[0], path[2]))
        case "cast":
            return f"({path[0]} AS {path[1]})"
        case "domain constraint":
            return quoted(path[2])
        case "operator class" | "operator family":
            return f"{dotted(path[:2])} USING {quoted(path[2])}"
        case "transform":
            return f"FOR {path[0]} LANGUAGE {quoted(path[1])}"
        case _ if kind in _BELOW:
            return quoted(path[2])
        case _:
            return dotted(path)


def comment(identity: Identity, text: object) -> str:
    """COMMENT ON; None takes a comment away."""
    kind, path = identity
    value = "NULL" if text is None else literal(str(text))
    on = ""
    if kind in _BELOW:
        on = f" ON {dotted(path[:2])}"
    elif kind == "domain constraint":
        on = f" ON DOMAIN {dotted(path[:2])}"
    return f"COMMENT ON {word(kind)} {name(identity)}{on} IS {value}"


def role(grantee: str) -> str:
    """A role as GRANT and TO take it."""
    return PUBLIC if grantee == PUBLIC else quoted(grantee)


def unless(query: str, statement: str) -> str:
    """The statement, run only where the query finds nothing."""
    tag = "$$" if "$$" not in statement else "$guard$"
    return f"DO {tag} BEGIN\n  IF NOT EXISTS ({query}) THEN\n    {_indented(statement)};\n  END IF;\nEND {tag}"


def when(query: str, statement: str) -> str:
    """The statement, run only where the query finds something."""
    return unless(query, statement).replace("IF NOT EXISTS", "IF EXISTS", 1)


def unless_used(statement: str) -> str:
    """The drop, passed over where something depends on the object, as new ones may when it runs once more."""
    return _passing(statement, "dependent_objects_still_exist")


def once(statement: str) -> str:
    """The change of options, passed over where it was made before: no option is there to drop, or one is already."""
    return _passing(statement, "undefined_object OR duplicate_object")


def _passing(statement: str, condition: str) -> str:
    tag = "$$" if "$$" not in statement else "$guard$"
    return f"DO {tag} BEGIN\n  {_indented(statement)};\nEXCEPTION WHEN {condition} THEN\n  NULL;\nEND {tag}"


def exists(catalog: str, column: str, own: str, schema: str | None = None) -> str:
    """A query that finds the object of that name in a catalog whose columns begin with `column`."""
    inside = f" AND {column}namespace = to_regnamespace({literal(quoted(schema))})" if schema is not None else ""
    return f"SELECT FROM {catalog} WHERE {column}name = {literal(own)}{inside}"


def regclass(path: Iterable[str]) -> str:
    """A relation as an argument of catalog functions."""
    return f"{literal(dotted(path))}::regclass"


def text_of(attributes: Attributes, key: str, default: str = "") -> str:
    """An attribute as text."""
    value = attributes.get(key)
    return default if value is None else str(value)


def strings(value: object) -> tuple[str, ...]:
    """A list of texts among an object's attributes."""
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()


def dollars(text: str) -> str:
    """The text as a dollar-quoted literal."""
    tag = ""
    while f"${tag}$" in text or (not tag and text.endswith("$")):
        tag = f"{tag}_" if tag else "body"
    return f"${tag}${text}${tag}$"


def _indented(statement: str) -> str:
    """Continued lines further in, unless that would change a text between quotes."""
    return statement if "'" in statement or "$" in statement else statement.replace("\n", "\n    ")
