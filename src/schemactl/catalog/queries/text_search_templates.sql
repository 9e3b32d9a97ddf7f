-- Text search templates.
select 'text search template' as kind,
       array[n.nspname::text, t.tmplname::text] collate "C" as path,
       nullif(t.tmplinit::oid, 0)::regprocedure::text as init,
       t.tmpllexize::oid::regprocedure::text as lexize,
       d.description as comment
  from pg_ts_template t
  join pg_namespace n on n.oid = t.tmplnamespace
  left join pg_description d on d.classoid = 'pg_ts_template'::regclass and d.objoid = t.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_ts_template'::regclass and e.objid = t.oid and e.deptype = 'e')
 order by path;
