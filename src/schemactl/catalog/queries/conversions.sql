-- Encoding conversions.
select 'conversion' as kind,
       array[n.nspname::text, c.conname::text] collate "C" as path,
       pg_encoding_to_char(c.conforencoding)::text as source,
       pg_encoding_to_char(c.contoencoding)::text as target,
       c.conproc::oid::regprocedure::text as function,
       c.condefault as default,
       pg_get_userbyid(c.conowner)::text as owner,
       d.description as comment
  from pg_conversion c
  join pg_namespace n on n.oid = c.connamespace
  left join pg_description d on d.classoid = 'pg_conversion'::regclass and d.objoid = c.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_conversion'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;
