-- The columns of tables and views that each role may read, insert and update; `:'roles'` is an array of names.
select r.rolname::text as role,
       n.nspname::text as schema,
       c.relname::text as name,
       array_agg(a.attname::text) filter (where pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT'))
         as readable,
       array_agg(a.attname::text) filter (where pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'INSERT'))
         as insertable,
       array_agg(a.attname::text) filter (where pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE'))
         as updatable
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 cross join pg_catalog.pg_roles r
 where c.relkind in ('r', 'p', 'v', 'm', 'f')
   and n.nspname = any (:'schemas')
   and r.rolname = any (:'roles')
 group by 1, 2, 3;
