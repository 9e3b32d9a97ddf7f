-- Rewrite rules, without the one that makes a view.
select 'rule' as kind,
       array[n.nspname::text, c.relname::text, r.rulename::text] collate "C" as path,
       pg_get_ruledef(r.oid) as definition,
       case r.ev_enabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end
         as enabled,
       d.description as comment
  from pg_rewrite r
  join pg_class c on c.oid = r.ev_class
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_description d on d.classoid = 'pg_rewrite'::regclass and d.objoid = r.oid and d.objsubid = 0
 where r.rulename <> '_RETURN'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;
