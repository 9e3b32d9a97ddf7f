-- Tables with the columns that take values, and the triggers and rules that an INSERT sets off, each with how it is
-- switched on. A rule for UPDATE is among them: INSERT … ON CONFLICT is refused where there is one, and where a key can
-- be deferred.
select format('%I.%I', n.nspname, c.relname) as name,
       array(select quote_ident(a.attname) from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
              order by a.attnum) as columns,
       coalesce((select jsonb_object_agg(s.name, case s.enabled when 'A' then 'ENABLE ALWAYS' else 'ENABLE' end)
                   from (select format('TRIGGER %I', tgname), tgenabled from pg_trigger
                          where tgrelid = c.oid and not tgisinternal and tgtype & 4 <> 0
                         union all
                         select format('RULE %I', rulename), ev_enabled from pg_rewrite
                          where ev_class = c.oid and ev_type in ('2', '3')) s (name, enabled)
                  where s.enabled in ('O', 'A')),
                '{}') as switches,
       exists (select from pg_index i where i.indrelid = c.oid and not i.indimmediate) as deferrable
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'schemactl')
 order by 1;
