-- Access methods made by hand.
select 'access method' as kind,
       array[m.amname::text] collate "C" as path,
       case m.amtype when 't' then 'table' else 'index' end as type,
       m.amhandler::oid::regprocedure::text as handler,
       d.description as comment
  from pg_am m
  left join pg_description d on d.classoid = 'pg_am'::regclass and d.objoid = m.oid and d.objsubid = 0
 where m.oid >= 16384
   and not exists (select from pg_depend e
                    where e.classid = 'pg_am'::regclass and e.objid = m.oid and e.deptype = 'e')
 order by path;
