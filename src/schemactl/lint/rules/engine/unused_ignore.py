"""A suppression that suppresses nothing.

Why: It hides the next finding of that rule, which nobody has looked at. A rule's name that does not exist counts too.

Bad:

    -- schemactl:ignore ban-drop-table: replaced by purchases last year
    SELECT 1;

Good:

    -- schemactl:ignore ban-drop-table: replaced by purchases last year
    DROP TABLE orders;

Lock taken: None.

Since: 0.1.0
"""
