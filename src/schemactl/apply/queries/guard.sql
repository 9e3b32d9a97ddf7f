-- Divides by zero, and so ends the transaction, unless this backend holds the runner lock. Tells how long the transaction
-- took: in a message of several, transaction_timestamp() is when the message came, and cleaned_at when the last one ended.
SELECT 1 / pg_catalog.count(*) AS runner_lock_is_ours,
       extract(epoch FROM pg_catalog.clock_timestamp() - greatest(
           pg_catalog.transaction_timestamp(),
           pg_catalog.to_timestamp(nullif(pg_catalog.current_setting('schemactl.cleaned_at', true), '')::float8)
       )) AS seconds
FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND classid = 7236 AND objid = 19790 AND objsubid = 2
  AND granted AND pid = pg_catalog.pg_backend_pid();
