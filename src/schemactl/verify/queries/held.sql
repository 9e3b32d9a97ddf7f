-- The relation locks that the session `schemactl.pid` holds, as somebody else sees them: on tables that are committed, each
-- at its strongest mode, as its number in the server.
select l.relation::bigint, n.nspname::text, c.relname::text,
  max(pg_catalog.array_position(
    array['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
      'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'], l.mode)) as mode
from pg_catalog.pg_locks as l
join pg_catalog.pg_class as c on c.oid = l.relation
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where l.locktype = 'relation' and l.granted
  and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and l.pid = pg_catalog.current_setting('schemactl.pid')::integer
  and c.relkind in ('r', 'p', 'm') and c.oid >= 16384 and c.relpersistence <> 't'
  and n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema')
group by l.relation, n.nspname, c.relname
order by n.nspname, c.relname;
