-- Who holds a lock on a table that a text names, the oldest transaction first: for a wait that was over before anybody
-- could look at it.
SELECT relation.relname AS object, held.mode, held.pid, activity.usename, activity.application_name,
       coalesce(activity.state, 'unknown') AS state, coalesce(activity.query, '') AS query,
       extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(activity.xact_start, activity.query_start))::float8
           AS age
FROM pg_catalog.pg_locks AS held
JOIN pg_catalog.pg_class AS relation ON relation.oid = held.relation
LEFT JOIN pg_catalog.pg_stat_activity AS activity ON activity.pid = held.pid
WHERE held.granted AND held.pid <> :'pid'::int AND relation.relkind IN ('r', 'p', 'm')
  AND relation.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace
  AND held.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  AND pg_catalog.strpos(pg_catalog.lower(:'text'), pg_catalog.lower(relation.relname)) > 0
ORDER BY activity.xact_start NULLS LAST
LIMIT 5;
