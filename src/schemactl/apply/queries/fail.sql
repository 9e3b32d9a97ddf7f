-- The statement after the last one done failed.
UPDATE schemactl.history
SET state = 'failed', statement_intended = NULL, error = :'error', finished_at = pg_catalog.clock_timestamp()
WHERE id = :'id';
