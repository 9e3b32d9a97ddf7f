-- The index of that name beside that table: whether it is whole, and whether somebody else works on its table just now
-- (manual, CREATE INDEX: a concurrent build holds SHARE UPDATE EXCLUSIVE on the table from its start to its end).
SELECT pg_catalog.format('%I.%I', namespace.nspname, relation.relname) AS name,
       coalesce(index.indisvalid AND index.indisready, true) AS whole,
       coalesce(index.indrelid = pg_catalog.to_regclass(:'table'), false) AS ours,
       EXISTS (SELECT
               FROM pg_catalog.pg_locks
               WHERE pg_locks.relation = index.indrelid AND mode = 'ShareUpdateExclusiveLock' AND granted
                 AND pid <> pg_catalog.pg_backend_pid()
                 AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
       ) AS busy
FROM pg_catalog.pg_class AS relation
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = relation.relnamespace
LEFT JOIN pg_catalog.pg_index AS index ON index.indexrelid = relation.oid
WHERE relation.relname = :'index'
  AND relation.relnamespace = (SELECT relnamespace
                               FROM pg_catalog.pg_class
                               WHERE oid = pg_catalog.to_regclass(:'table'));
