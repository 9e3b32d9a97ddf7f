-- Text search dictionaries.
select 'text search dictionary' as kind,
       array[n.nspname::text, t.dictname::text] collate "C" as path,
       format('%I.%I', tn.nspname, p.tmplname) as template,
       t.dictinitoption as options,
       pg_get_userbyid(t.dictowner)::text as owner,
       d.description as comment
  from pg_ts_dict t
  join pg_namespace n on n.oid = t.dictnamespace
  join pg_ts_template p on p.oid = t.dicttemplate
  join pg_namespace tn on tn.oid = p.tmplnamespace
  left join pg_description d on d.classoid = 'pg_ts_dict'::regclass and d.objoid = t.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_ts_dict'::regclass and e.objid = t.oid and e.deptype = 'e')
 order by path;
