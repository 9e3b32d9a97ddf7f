-- The triggers of the table that call a function of this name.
select t.tgname::text as name
  from pg_catalog.pg_trigger t
  join pg_catalog.pg_proc p on p.oid = t.tgfoid
  join pg_catalog.pg_class c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname = :'schema_name' and c.relname = :'table_name'
   and p.proname = :'function' and not t.tgisinternal;
