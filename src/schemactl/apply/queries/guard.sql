-- Divides by zero, and so ends the transaction, unless this backend holds the runner lock.
SELECT 1 / pg_catalog.count(*) AS runner_lock_is_ours
FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND classid = 7236 AND objid = 19790 AND objsubid = 2
  AND granted AND pid = pg_catalog.pg_backend_pid();
