"""Names of a database as names of Python."""

import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

# What annotations are written with: a field of this name would hide it.
BUILTINS = frozenset({"bool", "bytes", "dict", "float", "int", "list", "object", "str"})
# What pydantic.BaseModel has itself.
PYDANTIC = frozenset(
    {
        "construct", "copy", "dict", "fields", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema",
        "schema_json", "update_forward_refs", "validate",
    }
)  # fmt: skip


def class_name(name: str) -> str:
    """`song_variants` as `SongVariants`."""
    words = re.split(r"[^\w]+|_", unicodedata.normalize("NFKC", name))
    joined = "".join(word[:1].upper() + word[1:] for word in words if word)
    return identifier(joined) or "Unnamed"


def member_name(label: str) -> str:
    """A label of an enum as `IN_PROGRESS`."""
    words = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", label)).strip("_").upper()
    return identifier(words) or "EMPTY"


def identifier(name: str, taken: Collection[str] = ()) -> str:
    """A valid name made of `name`, with an underscore after a keyword or a name in `taken`; empty for an empty one."""
    plain = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name))
    if not plain:
        return ""
    if not plain.isidentifier():
        plain = f"n{plain}"
    return f"{plain}_" if keyword.iskeyword(plain) or plain in taken else plain


def distinct(names: Iterable[str]) -> list[str]:
    """The names in order, with a number after one that was there before."""
    seen: set[str] = set()
    found = []
    for name in names:
        unique, number = name, 2
        while unique in seen:
            unique, number = f"{name}{number}", number + 1
        seen.add(unique)
        found.append(unique)
    return found
