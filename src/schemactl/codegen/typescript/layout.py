"""TypeScript types laid out as Prettier 3.3 lays them out: two spaces, no semicolons, lines of at most 80 columns."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

WIDTH = 80
_STEP = 2


@dataclass(frozen=True, slots=True)
class Word:
    """A type that is never broken: `string`, `"literal"`, `Database["public"]["Enums"]["e"]`.

    `hugs`: a plain reference, which stays on its line beside `null`, however long.
    """

    text: str
    hugs: bool = False


@dataclass(frozen=True, slots=True)
class Generic:
    """`Record<string, unknown>`: its arguments may take a line each."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """`string[]`, `("a" | "b")[]`."""

    item: "Type"


@dataclass(frozen=True, slots=True)
class Union:
    """`string | null`; at least two members."""

    members: tuple["Type", ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One property of an object; the name unquoted, or, where `raw`, as it is to be printed."""

    name: str
    type: "Type"
    optional: bool = False
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Object:
    """`{ a: string }`: a line a member where `spread`, or where one line is too short."""

    members: tuple[Member, ...]
    spread: bool = True


@dataclass(frozen=True, slots=True)
class Both:
    """`{ error: true } & "…"`."""

    object: Object
    other: "Type"


@dataclass(frozen=True, slots=True)
class Tuple:
    """`["a", "b"]`; a line an item, with a comma after each, where one line is too short."""

    items: tuple["Type", ...]


Type = Word | Generic | ArrayOf | Union | Object | Both | Tuple

NULL = Word("null")


def literal(text: str) -> Word:
    """A string literal, in the quotes that need fewer escapes."""
    return Word(quoted(text))


def nullable(kind: Type) -> Type:
    """`T | null`."""
    members = kind.members if isinstance(kind, Union) else (kind,)
    return kind if NULL in members else Union((*members, NULL))


def union(kinds: tuple[Type, ...]) -> Type:
    """`A | B`, or the one type; `never` for none."""
    if not kinds:
        return Word("never")
    return kinds[0] if len(kinds) == 1 else Union(kinds)


def quoted(text: str) -> str:
    """A string as Prettier writes it: in double quotes, unless it holds more double than single ones."""
    inner = json.dumps(text, ensure_ascii=False)[1:-1]
    if text.count('"') > text.count("'"):
        return "'" + inner.replace('\\"', '"').replace("'", "\\'") + "'"
    return f'"{inner}"'


def property_name(name: str) -> str:
    """A property's name, quoted only where it must be."""
    return name if _is_identifier(name) else quoted(name)


def member(item: Member, indent: int, tail: str = "") -> Iterator[str]:
    """The lines of one property whose line begins at column `indent`; `tail` ends the last one."""
    name = item.name if item.raw else property_name(item.name)
    head = f"{' ' * indent}{name}{'?' if item.optional else ''}:"
    kind = item.type
    one_line = flat(kind)
    if one_line is not None and width(f"{head} {one_line}{tail}") <= WIDTH:
        yield f"{head} {one_line}{tail}"
    elif isinstance(kind, Union) and not _hugs(kind):
        yield head
        yield from _with_suffix(_union(kind, indent + _STEP), tail)
    else:
        first, *rest = _with_suffix(_broken(kind, indent), tail)
        yield f"{head} {first}"
        yield from rest


def flat(kind: Type) -> str | None:
    """The type on one line; None where it holds an object that takes a line a member."""
    match kind:
        case Word(text):
            return text
        case Generic(name, arguments):
            return f"{name}<{', '.join(arguments)}>"
        case ArrayOf(item):
            inner = flat(item)
            return inner and (f"({inner})[]" if isinstance(item, Union) else f"{inner}[]")
        case Union(members):
            return _joined(" | ", members)
        case Both(object, other):
            return _joined(" & ", (object, other))
        case Tuple(items):
            inner = _joined(", ", items)
            return None if inner is None else f"[{inner}]"
        case Object(members, spread):
            return "{}" if not members else None if spread else _flat_object(members)
        case _:
            assert_never(kind)


def width(text: str) -> int:
    """Columns that `text` takes: two for each wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "FW" else 1 for c in text)


def _joined(separator: str, kinds: tuple[Type, ...]) -> str | None:
    parts = [flat(kind) for kind in kinds]
    return None if None in parts else separator.join(part or "" for part in parts)


def _flat_object(members: tuple[Member, ...]) -> str | None:
    parts = []
    for item in members:
        inner = flat(item.type)
        if inner is None:
            return None
        parts.append(f"{property_name(item.name)}{'?' if item.optional else ''}: {inner}")
    return f"{{ {'; '.join(parts)} }}"


def _broken(kind: Type, indent: int) -> Iterator[str]:
    """The lines of a type that does not fit; the first without its indentation."""
    pad = " " * indent
    match kind:
        case Object(members):
            yield "{"
            for one in members:
                yield from member(one, indent + _STEP)
            yield f"{pad}}}"
        case Generic(name, arguments) if len(arguments) > 1:
            yield f"{name}<"
            yield from (f"{pad}  {argument}," for argument in arguments[:-1])
            yield f"{pad}  {arguments[-1]}"
            yield f"{pad}>"
        case ArrayOf(Union() as item):
            yield "("
            yield from _union(item, indent + _STEP)
            yield f"{pad})[]"
        case ArrayOf(item):
            yield from _with_suffix(_broken(item, indent), "[]")
        case Union(members):
            yield from _with_suffix(_broken(members[0], indent), " | null")
        case Both(object, other):
            yield from _with_suffix(_broken(object, indent), f" & {flat(other)}")
        case Tuple(items):
            yield "["
            for part in items:
                yield from _indented(_with_suffix(_item(part, indent + _STEP), ","), indent + _STEP)
            yield f"{pad}]"
        case _:
            yield flat(kind) or ""


def _union(kind: Union, indent: int) -> Iterator[str]:
    """A union below its property's name: each member on a line, after a bar."""
    pad = " " * indent
    for item in kind.members:
        first, *rest = _item(item, indent + _STEP)
        yield f"{pad}| {first}"
        yield from rest


def _item(kind: Type, indent: int) -> Iterator[str]:
    one_line = flat(kind)
    if one_line is not None and indent + width(one_line) <= WIDTH:
        yield one_line
    else:
        yield from _broken(kind, indent)


def _indented(lines: Iterator[str], indent: int) -> Iterator[str]:
    yield " " * indent + next(lines)
    yield from lines


def _with_suffix(lines: Iterator[str], suffix: str) -> Iterator[str]:
    *most, last = lines
    yield from most
    yield last + suffix


def _hugs(kind: Union) -> bool:
    """`{ … } | null` and `Json | null` stay where they begin."""
    first, *rest = kind.members
    return rest == [NULL] and (isinstance(first, Object | Generic) or (isinstance(first, Word) and first.hugs))


def _is_identifier(name: str) -> bool:
    """Whether a name may stand without quotes (ECMAScript, IdentifierName)."""
    return bool(name) and all(_may_stand(c, first=index == 0) for index, c in enumerate(name))


def _may_stand(character: str, *, first: bool) -> bool:
    category = unicodedata.category(character)
    if character in "$_" or category in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"}:
        return True
    return not first and category in {"Mn", "Mc", "Nd", "Pc"}
