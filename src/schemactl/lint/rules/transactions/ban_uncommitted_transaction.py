"""A transaction is begun and never ended.

Why: When the connection closes, everything in it is rolled back without a word.

Bad:

    -- schemactl:transaction=none
    BEGIN;
    ALTER TABLE orders ADD COLUMN note text;

Good:

    -- schemactl:transaction=none
    BEGIN;
    ALTER TABLE orders ADD COLUMN note text;
    COMMIT;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.schema.model import Origin
from schemactl.lint.site import FileEnd, Site


def check(node: FileEnd, site: Site) -> Iterator[Problem]:
    """The file ends inside a transaction that it began itself."""
    del node
    transaction = site.transaction
    if transaction is not None and transaction.explicit and not site.file.session.wrapped:
        yield Problem(
            "this transaction is never committed: all of it is rolled back at the end",
            hint="COMMIT; at the end.",
            object="BEGIN",
            origin=Origin(site.file.number, transaction.began, transaction.number),
        )
