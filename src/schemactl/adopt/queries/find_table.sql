-- A table by its name, which may be qualified; without a schema, the one that the search path finds.
SELECT n.nspname, c.relname
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = pg_catalog.to_regclass(:'name') AND c.relkind IN ('r', 'p', 'v');
