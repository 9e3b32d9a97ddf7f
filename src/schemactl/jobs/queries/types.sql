-- The types of the key, which lists of keys are cast to, and of the status, which labels chosen by CASE are cast to.
select
       kn.nspname::text as key_schema,
       kt.typname::text as key_type,
       sn.nspname::text as type_schema,
       st.typname::text as type
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute as k on k.attrelid = c.oid and k.attname = :'key' and not k.attisdropped
  join pg_catalog.pg_type as kt on kt.oid = k.atttypid
  join pg_catalog.pg_namespace as kn on kn.oid = kt.typnamespace
  join pg_catalog.pg_attribute as s on s.attrelid = c.oid and s.attname = :'status' and not s.attisdropped
  join pg_catalog.pg_type as st on st.oid = s.atttypid
  join pg_catalog.pg_namespace as sn on sn.oid = st.typnamespace
 where n.nspname = :'schema' and c.relname = :'table';
