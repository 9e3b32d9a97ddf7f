-- Whether there is a history, and its layout, which the table's comment begins with; the first one did not say so.
SELECT history IS NOT NULL AS exists,
       coalesce(substring(pg_catalog.obj_description(history, 'pg_class') FROM '^layout ([0-9]{1,6})'), '1')::int AS layout
FROM pg_catalog.to_regclass('schemactl.history') AS history;
