-- Who holds the runner lock of this database. A role without pg_read_all_stats sees the pid alone.
SELECT activity.pid, activity.usename, activity.application_name,
       coalesce(pg_catalog.host(activity.client_addr), 'local') AS address,
       activity.backend_start AS since
FROM pg_catalog.pg_locks
JOIN pg_catalog.pg_stat_activity AS activity USING (pid)
WHERE locktype = 'advisory' AND classid = 7236 AND objid = 19790 AND objsubid = 2 AND granted
  AND pg_locks.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database());
