"""Every client may call a SECURITY DEFINER function.

Why: EXECUTE is granted to PUBLIC when a function is made; in an exposed schema it is an endpoint of the API that
bypasses row security.

Bad:

    CREATE FUNCTION purge() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';

Good:

    CREATE FUNCTION purge() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';
    REVOKE EXECUTE ON FUNCTION purge() FROM PUBLIC;

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """In an exposed schema, never revoked, and not a trigger function, which cannot be called."""
    del node
    for key, functions in site.schema.functions.items():
        for function in functions:
            callable_by_all = function.security_definer and function.returns not in {"trigger", "event_trigger"}
            if callable_by_all and key not in site.schema.revoked and site.is_exposed(function.name):
                yield Problem(
                    f"every client may call {function.name}(), which runs with its owner's rights",
                    hint=f"REVOKE EXECUTE ON FUNCTION {function.name} FROM PUBLIC; then GRANT it to who needs it.",
                    object=f"function {function.name}",
                    origin=function.origin,
                )
