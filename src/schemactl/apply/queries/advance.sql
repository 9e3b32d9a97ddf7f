-- One more statement is done, and with the last one the migration.
UPDATE schemactl.history
SET statements_done = :'done'::int,
    statement_intended = NULL,
    error = NULL,
    state = CASE WHEN :'done'::int = statements_total THEN 'applied' ELSE 'running' END,
    finished_at = CASE WHEN :'done'::int = statements_total THEN pg_catalog.clock_timestamp() END
WHERE id = :'id';
