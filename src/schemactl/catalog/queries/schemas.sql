-- Schemas, without the server's own.
select 'schema' as kind,
       array[n.nspname::text] collate "C" as path,
       pg_get_userbyid(n.nspowner)::text as owner,
       coalesce(n.nspacl, acldefault('n', n.nspowner))::text[] as acl,
       d.description as comment
  from pg_namespace n
  left join pg_description d on d.classoid = 'pg_namespace'::regclass and d.objoid = n.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_namespace'::regclass and e.objid = n.oid and e.deptype = 'e')
 order by path;
