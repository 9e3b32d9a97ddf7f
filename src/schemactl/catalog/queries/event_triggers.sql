-- Event triggers.
select 'event trigger' as kind,
       array[t.evtname::text] collate "C" as path,
       t.evtevent::text as event,
       t.evttags as tags,
       t.evtfoid::regprocedure::text as function,
       case t.evtenabled when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end
         as enabled,
       pg_get_userbyid(t.evtowner)::text as owner,
       d.description as comment
  from pg_event_trigger t
  left join pg_description d on d.classoid = 'pg_event_trigger'::regclass and d.objoid = t.oid and d.objsubid = 0
 where not exists (select from pg_depend e
                    where e.classid = 'pg_event_trigger'::regclass and e.objid = t.oid and e.deptype = 'e')
 order by path;
