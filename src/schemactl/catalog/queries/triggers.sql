-- Triggers, constraint triggers among them, without those that the server makes for foreign keys. Up to version 14 the
-- trigger that a partition has from its parent counts as internal.
select 'trigger' as kind,
       array[n.nspname::text, c.relname::text, t.tgname::text] collate "C" as path,
       pg_get_triggerdef(t.oid) as definition,
       t.tgfoid::regprocedure::text as function,
       case t.tgenabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end
         as enabled,
       case when t.tgparentid <> 0 then true end as inherited,
       d.description as comment
  from pg_trigger t
  join pg_class c on c.oid = t.tgrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_description d on d.classoid = 'pg_trigger'::regclass and d.objoid = t.oid and d.objsubid = 0
 where (not t.tgisinternal or t.tgparentid <> 0 and t.tgconstraint = 0)
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;
