-- What the backend waits for, and who stands in its way, the oldest transaction first (manual, 9.27, pg_blocking_pids).
WITH blocked AS (
    SELECT coalesce(relation::pg_catalog.regclass::text, locktype) AS object, mode
    FROM pg_catalog.pg_locks
    WHERE pid = :'pid'::int AND NOT granted
    LIMIT 1
)
SELECT blocked.object, blocked.mode, blocker.pid, activity.usename, activity.application_name,
       coalesce(activity.state, 'unknown') AS state, coalesce(activity.query, '') AS query,
       extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(activity.xact_start, activity.query_start))::float8
           AS age
FROM blocked
CROSS JOIN LATERAL (SELECT DISTINCT unnest(pg_catalog.pg_blocking_pids(:'pid'::int)) AS pid) AS blocker
LEFT JOIN pg_catalog.pg_stat_activity AS activity ON activity.pid = blocker.pid
ORDER BY activity.xact_start NULLS LAST;
