"""A SECURITY DEFINER function does not pin its search_path.

Why: It runs with its owner's rights but looks names up on the caller's path: whoever can make objects in a schema on
it decides what the function calls.

Bad:

    CREATE FUNCTION promote() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';

Good:

    CREATE FUNCTION promote() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """Functions as the last file leaves them."""
    del node
    for functions in site.schema.functions.values():
        for function in functions:
            if function.security_definer and "search_path" not in function.settings:
                yield Problem(
                    f"{function.name} is SECURITY DEFINER without a search_path of its own: callers decide what its names mean",
                    hint="SET search_path = '' and schema-qualified names in its body.",
                    object=f"function {function.name}",
                    origin=function.origin,
                )
