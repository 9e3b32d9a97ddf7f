-- A commit that wrote something waits until all the log before it is on disk (manual, 9.28, pg_logical_emit_message).
SELECT pg_catalog.pg_logical_emit_message(true, 'schemactl', '');
