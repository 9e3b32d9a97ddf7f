-- Sequences: their parameters, not the value that they have reached.
select 'sequence' as kind,
       array[n.nspname::text, c.relname::text] collate "C" as path,
       format_type(s.seqtypid, null) as type,
       s.seqstart as start,
       s.seqincrement as increment,
       s.seqmin as minimum,
       s.seqmax as maximum,
       s.seqcache as cache,
       s.seqcycle as cycle,
       case c.relpersistence when 'u' then 'unlogged' else 'permanent' end as persistence,
       (select format('%s.%I', o.refobjid::regclass, a.attname)
          from pg_depend o
          join pg_attribute a on a.attrelid = o.refobjid and a.attnum = o.refobjsubid
         where o.classid = 'pg_class'::regclass and o.objid = c.oid and o.objsubid = 0
           and o.refclassid = 'pg_class'::regclass and o.deptype in ('a', 'i')) as owned_by,
       pg_get_userbyid(c.relowner)::text as owner,
       coalesce(c.relacl, acldefault('s', c.relowner))::text[] as acl,
       d.description as comment
  from pg_sequence s
  join pg_class c on c.oid = s.seqrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;
