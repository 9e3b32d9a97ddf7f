"""Storage parameters, and the options of foreign data."""

from collections.abc import Iterator

from schemactl.evolve.model import Step
from schemactl.evolve.naming import once
from schemactl.sql.names import literal, quoted


def storage(head: str, before: tuple[str, ...], after: tuple[str, ...], prefix: str = "") -> Iterator[Step]:
    """ALTER … SET and RESET for storage parameters, which are written `name=value`."""
    was, now = (dict(option.split("=", 1) for option in held) for held in (before, after))
    gone = [f"{prefix}{key}" for key in was if key not in now]
    new = [f"{prefix}{key} = {value_of(value)}" for key, value in now.items() if was.get(key) != value]
    if gone:
        yield Step(f"{head} RESET ({', '.join(gone)})")
    if new:
        yield Step(f"{head} SET ({', '.join(new)})")


def foreign(head: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Step]:
    """ALTER … OPTIONS (ADD, SET, DROP)."""
    was, now = (dict(option.split("=", 1) for option in held) for held in (before, after))
    parts = [f"DROP {quoted(key)}" for key in was if key not in now]
    parts += [
        f"{'SET' if key in was else 'ADD'} {quoted(key)} {literal(value)}"
        for key, value in now.items()
        if was.get(key) != value
    ]
    if parts:
        yield Step(once(f"{head} OPTIONS ({', '.join(parts)})"))


def listed(values: tuple[str, ...]) -> str:
    """Options of foreign data as CREATE takes them."""
    pairs = (option.split("=", 1) for option in values)
    return ", ".join(f"{quoted(key)} {literal(value)}" for key, value in pairs)


def value_of(value: str) -> str:
    """A storage parameter's value as SQL."""
    plain = value.replace(".", "", 1).replace("_", "").lstrip("-").isalnum()
    return value if plain and value.isascii() else literal(value)
