"""A suppression whose date has passed.

Why: `(until 2027-01-31)` in a reason promises that the matter is settled by then.

Bad:

    -- schemactl:ignore ban-drop-table: until the export is gone (until 2024-01-31)
    DROP TABLE orders;

Good:

    -- schemactl:ignore ban-drop-table: until the export is gone (until 2199-01-31)
    DROP TABLE orders;

Lock taken: None.

Since: 0.1.0
"""
