-- Tables that the open transaction has written to, and how many rows, counting what was rolled back since. Catalogs are
-- among them; TOAST and temporary tables are not.
select c.oid::bigint as oid, n.nspname::text as schema, c.relname::text as name, counted.written::bigint as written
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
cross join lateral (
  select pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
    + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) as written
) as counted
where c.relkind = 'r' and c.relpersistence <> 't' and counted.written > 0;
