-- Gives the runner lock back where this backend holds it; null elsewhere.
SELECT CASE WHEN pg_catalog.count(*) > 0 THEN pg_catalog.pg_advisory_unlock(7236, 19790) END
FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND classid = 7236 AND objid = 19790 AND objsubid = 2
  AND granted AND pid = pg_catalog.pg_backend_pid();
