-- Text search parsers.
select 'text search parser' as kind,
       array[n.nspname::text, p.prsname::text] collate "C" as path,
       p.prsstart::oid::regprocedure::text as start,
       p.prstoken::oid::regprocedure::text as token,
       p.prsend::oid::regprocedure::text as finish,
       nullif(p.prsheadline::oid, 0)::regprocedure::text as headline,
       p.prslextype::oid::regprocedure::text as token_types,
       d.description as comment
  from pg_ts_parser p
  join pg_namespace n on n.oid = p.prsnamespace
  left join pg_description d on d.classoid = 'pg_ts_parser'::regclass and d.objoid = p.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_ts_parser'::regclass and e.objid = p.oid and e.deptype = 'e')
 order by path;
