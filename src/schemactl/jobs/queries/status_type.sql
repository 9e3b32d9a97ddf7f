-- The type of the status column, which labels chosen by CASE are cast to.
select n.nspname::text as schema, t.typname::text as name
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_namespace cn on cn.oid = c.relnamespace
  join pg_catalog.pg_type t on t.oid = a.atttypid
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
 where cn.nspname = :'schema' and c.relname = :'table' and a.attname = :'column' and not a.attisdropped;
