-- Whether this very backend holds the runner lock: behind a pooler another one may answer.
SELECT pg_catalog.pg_backend_pid() AS backend,
       EXISTS (SELECT
               FROM pg_catalog.pg_locks
               WHERE locktype = 'advisory' AND classid = 7236 AND objid = 19790 AND objsubid = 2
                 AND granted AND pid = pg_catalog.pg_backend_pid()) AS ours;
