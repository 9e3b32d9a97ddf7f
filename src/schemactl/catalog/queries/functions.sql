-- Functions and procedures, part by part: together the parts are the whole definition. Aggregates have their own file.
select case p.prokind when 'p' then 'procedure' else 'function' end as kind,
       array[n.nspname::text, p.proname::text, oidvectortypes(p.proargtypes)] collate "C" as path,
       pg_get_function_arguments(p.oid) as arguments,
       pg_get_function_result(p.oid) as result,
       l.lanname::text as language,
       coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as body,
       p.probin as library,
       case when p.prokind = 'w' then true end as window,
       case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
       case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end as parallel,
       p.prosecdef as security_definer,
       p.proleakproof as leakproof,
       p.proisstrict as strict,
       p.procost as cost,
       case when p.proretset then p.prorows end as rows,
       nullif(p.prosupport::oid, 0)::regprocedure::text as support,
       array(select format_type(t.oid, null) from unnest(p.protrftypes) t(oid) order by 1) as transforms,
       p.proconfig as settings,
       pg_get_userbyid(p.proowner)::text as owner,
       coalesce(p.proacl, acldefault('f', p.proowner))::text[] as acl,
       d.description as comment
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_language l on l.oid = p.prolang
  left join pg_description d on d.classoid = 'pg_proc'::regclass and d.objoid = p.oid and d.objsubid = 0
 where p.prokind in ('f', 'p', 'w')
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype in ('e', 'i'))
 order by path;
