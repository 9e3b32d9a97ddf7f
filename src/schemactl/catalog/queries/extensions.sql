-- Extensions. What belongs to one is left out everywhere: its version stands for it.
select 'extension' as kind,
       array[x.extname::text] collate "C" as path,
       x.extversion as version,
       n.nspname::text as schema,
       pg_get_userbyid(x.extowner)::text as owner,
       d.description as comment
  from pg_extension x
  join pg_namespace n on n.oid = x.extnamespace
  left join pg_description d on d.classoid = 'pg_extension'::regclass and d.objoid = x.oid and d.objsubid = 0
 order by path;
