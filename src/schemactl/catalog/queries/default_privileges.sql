-- Default privileges: in which schema (empty: in all), of what role's objects, for which kind of object. An entry without
-- a schema stands instead of the built-in defaults, one with a schema adds to them.
select 'default privileges' as kind,
       array[coalesce(n.nspname::text, ''), pg_get_userbyid(a.defaclrole)::text,
             case a.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                  when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end] collate "C" as path,
       a.defaclacl::text[] as acl,
       pg_get_userbyid(a.defaclrole)::text as acl_owner
  from pg_default_acl a
  left join pg_namespace n on n.oid = a.defaclnamespace
 order by path;
