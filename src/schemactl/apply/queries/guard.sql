-- Divides by zero, and so ends the transaction, unless this backend holds the runner lock; tells how long it took.
SELECT 1 / pg_catalog.count(*) AS runner_lock_is_ours,
       extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp()) AS seconds
FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND classid = 7236 AND objid = 19790 AND objsubid = 2
  AND granted AND pid = pg_catalog.pg_backend_pid();
