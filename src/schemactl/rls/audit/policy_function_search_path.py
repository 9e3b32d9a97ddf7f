"""A policy's function finds its tables by the caller's search_path.

Why: whoever may make a temporary table `members` puts it before the real one, and lets himself in.

Bad:

    CREATE FUNCTION is_member(org uuid) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT … FROM members …';

Good:

    CREATE FUNCTION is_member(org uuid) … SET search_path = '' AS 'SELECT … FROM public.members …';

Since: 0.1.0
"""

import re
from collections.abc import Iterator

from schemactl.core.findings import Severity
from schemactl.rls.audit._facts import Facts, Problem, named, title
from schemactl.rls.audit._guards import bodies, guards

SEVERITY = Severity.WARNING
_TABLE = re.compile(r"\b(?:from|join)\s+\"?(\w+)\"?(?!\s*[.(\w]*\()(?![.\w])", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Problem]:
    """A body that is text, names a table without its schema, and no search_path among its settings.

    SECURITY DEFINER has a rule of its own.
    """
    seen = set()
    names = {relation.path[1] for relation in facts.relations.values()}
    for guard in guards(facts):
        for path, function in bodies(facts, guard):
            settings = function.get("settings")
            pinned = isinstance(settings, list) and any(str(one).startswith("search_path=") for one in settings)
            found = [name for name in _TABLE.findall(str(function.get("body"))) if name in names]
            if found and not pinned and not function.get("security_definer") and path not in seen:
                seen.add(path)
                yield Problem(
                    f"{title(guard.policy)} calls it, and it takes {found[0]} from the caller's search_path",
                    f"function {named(path)}",
                    f"ALTER FUNCTION {named(path)} SET search_path = ''; and write the schema before each table.",
                )
