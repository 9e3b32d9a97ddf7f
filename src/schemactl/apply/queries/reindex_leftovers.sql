-- What a REINDEX CONCURRENTLY that broke off left behind (manual, REINDEX, "Rebuilding Indexes Concurrently").
SELECT pg_catalog.format('%I.%I', namespace.nspname, relation.relname) AS name
FROM pg_catalog.pg_index AS index
JOIN pg_catalog.pg_class AS relation ON relation.oid = index.indexrelid
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = relation.relnamespace
WHERE NOT index.indisvalid
  AND relation.relname ~ '_cc(new|old)[0-9]*$'
  AND (:'relation'::text IS NULL
       OR pg_catalog.to_regclass(:'relation') IN (
           index.indrelid,
           (SELECT whole.indexrelid
            FROM pg_catalog.pg_index AS whole
            WHERE whole.indexrelid = pg_catalog.to_regclass(:'relation') AND whole.indrelid = index.indrelid)))
ORDER BY name;
