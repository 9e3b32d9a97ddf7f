"""A `-- schemactl:` comment that cannot be followed.

Why: A directive that is misspelt, in the wrong place or without its reason would be silently without effect.

Bad:

    -- schemactl:ignore ban-drop-table
    DROP TABLE orders;

Good:

    -- schemactl:ignore ban-drop-table: replaced by purchases last year
    DROP TABLE orders;

Lock taken: None.

Since: 0.1.0
"""
