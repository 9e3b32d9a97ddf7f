-- The sizes of all tables: bytes with TOAST and without indexes, rows as the planner estimates them. No row is read.
select n.nspname, c.relname, pg_catalog.pg_table_size(c.oid)::bigint as bytes, greatest(c.reltuples, 0)::bigint as rows
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and c.relpersistence <> 't'
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by n.nspname, c.relname;
