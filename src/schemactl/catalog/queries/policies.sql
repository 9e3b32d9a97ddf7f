-- Row security policies.
select 'policy' as kind,
       array[n.nspname::text, c.relname::text, p.polname::text] collate "C" as path,
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
            else 'all' end as command,
       array(select case when r.oid = 0 then 'PUBLIC' else pg_get_userbyid(r.oid)::text end
               from unnest(p.polroles) r(oid) order by 1) as roles,
       p.polpermissive as permissive,
       pg_get_expr(p.polqual, p.polrelid) as using,
       pg_get_expr(p.polwithcheck, p.polrelid) as check,
       d.description as comment
  from pg_policy p
  join pg_class c on c.oid = p.polrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_description d on d.classoid = 'pg_policy'::regclass and d.objoid = p.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;
