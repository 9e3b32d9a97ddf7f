"""Several permissive policies for the same role and command.

Why: Each is evaluated for every row, and any one of them lets a row through: together they are wider than each looks.

Bad:

    CREATE TABLE orders (id bigint, user_id uuid, open boolean);
    CREATE POLICY a ON orders FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
    CREATE POLICY b ON orders FOR SELECT TO authenticated USING (open);

Good:

    CREATE TABLE orders (id bigint, user_id uuid, open boolean);
    CREATE POLICY a ON orders FOR SELECT TO authenticated USING (open OR user_id = (SELECT auth.uid()));

Lock taken: None.

Since: 0.1.0
"""

from collections.abc import Iterator

from schemactl.lint.problem import Problem
from schemactl.lint.site import FolderEnd, Site
from schemactl.sql.names import quoted


def check(node: FolderEnd, site: Site) -> Iterator[Problem]:
    """Two for one command (ALL counts for each) and one role; once a table."""
    del node
    for table in site.schema.tables.values():
        seen: dict[tuple[str, str], str] = {}
        for policy in table.policies.values():
            if not policy.permissive:
                continue
            commands = _COMMANDS if policy.command == "all" else (policy.command,)
            pairs = [(command, role) for command in commands for role in policy.roles or ("public",)]
            other = next((seen[pair] for pair in pairs if pair in seen), None)
            if other is not None:
                yield Problem(
                    f"policies {quoted(other)} and {quoted(policy.name)} on {table.name} are for the same role and command",
                    hint="Make them one, joined by OR.",
                    object=f"table {table.name}",
                    origin=policy.origin,
                )
                break
            seen.update(dict.fromkeys(pairs, policy.name))


_COMMANDS = ("select", "insert", "update", "delete")
