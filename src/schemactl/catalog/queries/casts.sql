-- Casts made by hand: those of the server itself have an object identifier below 16384.
select 'cast' as kind,
       array[format_type(c.castsource, null), format_type(c.casttarget, null)] collate "C" as path,
       nullif(c.castfunc, 0)::regprocedure::text as function,
       case c.castcontext when 'e' then 'explicit' when 'a' then 'assignment' else 'implicit' end as context,
       case c.castmethod when 'f' then 'function' when 'i' then 'inout' else 'binary' end as method,
       d.description as comment
  from pg_cast c
  left join pg_description d on d.classoid = 'pg_cast'::regclass and d.objoid = c.oid and d.objsubid = 0
 where c.oid >= 16384
   and not exists (select from pg_depend e
                    where e.classid = 'pg_cast'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;
