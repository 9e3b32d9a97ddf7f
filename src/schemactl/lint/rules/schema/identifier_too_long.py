"""A name is longer than 63 bytes.

Why: Postgres cuts it off with no more than a notice: two long names may become one, and the code looks for the long
one.

Bad:

    CREATE INDEX an_index_on_orders_by_user_and_by_status_and_by_the_moment_of_creation ON orders (user_id);

Good:

    CREATE INDEX orders_user_id_idx ON orders (user_id);

Lock taken: None.

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.schema.model import Origin
from schemactl.lint.site import FileEnd, Site
from schemactl.sql.names import MAX_IDENTIFIER_BYTES, truncated
from schemactl.sql.tokens import scan

# Letters of up to four bytes: what is shorter than this is never too long.
_WORD = re.compile(r"(?<![\w$\"])[\w$]{16,}|\"[^\"\n]{16,}\"")


def check(node: FileEnd, site: Site) -> Iterator[Problem]:
    """Identifiers as written, which the parser has cut off already."""
    del node
    if not _may_hold(site.file.script.text):
        return
    for statement in site.file.script.statements:
        if not _may_hold(statement.text):
            continue
        for token in scan(statement.text):
            if token.name != "IDENT":
                continue
            word = statement.text[token.start : token.end]
            plain = word.strip('"')
            if len(plain.encode()) > MAX_IDENTIFIER_BYTES:
                yield Problem(
                    f"{plain} is longer than {MAX_IDENTIFIER_BYTES} bytes and becomes {truncated(plain)}",
                    hint="Choose a shorter name.",
                    object=f"name {truncated(plain)}",
                    origin=Origin(site.file.number, statement.index, 0, nested=True),
                )
                break


def _may_hold(text: str) -> bool:
    """Whether some word of the text is too long; it may still stand in a comment or a string."""
    if text.isascii() and max(map(len, text.split()), default=0) <= MAX_IDENTIFIER_BYTES:
        return False
    return any(len(word.encode(errors="replace").strip(b'"')) > MAX_IDENTIFIER_BYTES for word in _WORD.findall(text))
