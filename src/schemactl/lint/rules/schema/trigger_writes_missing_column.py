"""A trigger writes a column that its table does not have.

Why: Every INSERT or UPDATE of the table fails at run time (42703); nothing fails when the trigger is made.

Bad:

    CREATE TABLE orders (id bigint PRIMARY KEY);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();

Good:

    CREATE TABLE orders (id bigint PRIMARY KEY, updated_at timestamptz);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();

Lock taken: None.

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_WRITE = re.compile(r"(?:^|;|\b(?:begin|then|else|loop))\s*new\.([a-z_][a-z0-9_]*)\s*:?=", re.IGNORECASE)


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """`NEW.column := …` in a PL/pgSQL function of the files, on a table of which every column is known."""
    del node
    for table in site.schema.tables.values():
        if not table.known or table.kind != "table":
            continue
        for trigger in table.triggers.values():
            function = site.schema.function(trigger.function)
            if function is None or function.language != "plpgsql" or "TG_" in function.body.upper():
                continue
            missing = [name for name in written(function.body) if name.lower() not in table.columns]
            if missing:
                yield Problem(
                    f"{function.name}() writes NEW.{missing[0]}, but {table.name} has no such column: every "
                    f"{' and '.join(event.upper() for event in trigger.events)} fails (42703)",
                    hint=f"ALTER TABLE {table.name} ADD COLUMN {missing[0]} …, or leave the trigger out.",
                    object=f"trigger {trigger.name} on {table.name}",
                    origin=trigger.origin,
                )


def written(body: str) -> list[str]:
    """The columns of NEW that a PL/pgSQL body assigns to."""
    return _WRITE.findall(_COMMENT.sub(" ", body))
