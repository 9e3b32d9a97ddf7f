-- Whether row security binds the current role on each table of these schemas: false for owners and roles that bypass it.
select n.nspname::text as schema, c.relname::text as name, pg_catalog.row_security_active(c.oid) as active
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname = any (:'schemas');
