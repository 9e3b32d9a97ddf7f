-- Composite types that stand alone; their attributes are among the columns.
select 'composite type' as kind,
       array[n.nspname::text, t.typname::text] collate "C" as path,
       pg_get_userbyid(t.typowner)::text as owner,
       coalesce(t.typacl, acldefault('T', t.typowner))::text[] as acl,
       d.description as comment
  from pg_type t
  join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
  join pg_namespace n on n.oid = t.typnamespace
  left join pg_description d on d.classoid = 'pg_type'::regclass and d.objoid = t.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e')
 order by path;
