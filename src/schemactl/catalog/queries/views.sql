-- Views and materialized views. security_invoker, security_barrier and check_option are among the options.
select case c.relkind when 'm' then 'materialized view' else 'view' end as kind,
       array[n.nspname::text, c.relname::text] collate "C" as path,
       pg_get_viewdef(c.oid) as definition,
       c.reloptions as options,
       am.amname::text as access_method,
       ts.spcname::text as tablespace,
       case when c.relkind = 'm' then c.relispopulated end as populated,
       pg_get_userbyid(c.relowner)::text as owner,
       coalesce(c.relacl, acldefault('r', c.relowner))::text[] as acl,
       d.description as comment
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_am am on am.oid = c.relam
  left join pg_tablespace ts on ts.oid = c.reltablespace
  left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
 where c.relkind in ('v', 'm')
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;
