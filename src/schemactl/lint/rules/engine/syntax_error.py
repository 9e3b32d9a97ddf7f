"""A file that Postgres' own parser refuses.

Why: It would fail when it is applied, and nothing in it can be checked. The other files are still linted.

Bad:

    CREATE POLICY IF NOT EXISTS owner ON orders USING (true);

Good:

    DROP POLICY IF EXISTS owner ON orders;

Lock taken: None.

Since: 0.1.0
"""
