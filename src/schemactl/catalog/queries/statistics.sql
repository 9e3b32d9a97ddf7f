-- Extended statistics. The target of an object without one is -1 up to version 16 and null from 17 on.
select 'statistics' as kind,
       array[n.nspname::text, s.stxname::text] collate "C" as path,
       pg_get_statisticsobjdef(s.oid) as definition,
       nullif(s.stxstattarget, -1)::integer as statistics_target,
       pg_get_userbyid(s.stxowner)::text as owner,
       d.description as comment
  from pg_statistic_ext s
  join pg_namespace n on n.oid = s.stxnamespace
  left join pg_description d on d.classoid = 'pg_statistic_ext'::regclass and d.objoid = s.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_statistic_ext'::regclass and e.objid = s.oid and e.deptype = 'e')
 order by path;
