-- Tables with the columns that take values, and the triggers that an INSERT fires, each with how it is switched on.
select format('%I.%I', n.nspname, c.relname) as name,
       array(select quote_ident(a.attname) from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
              order by a.attnum) as columns,
       coalesce((select jsonb_object_agg(t.tgname, case t.tgenabled when 'A' then 'ENABLE ALWAYS' else 'ENABLE' end)
                   from pg_trigger t
                  where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('O', 'A') and t.tgtype & 4 <> 0),
                '{}') as triggers
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'schemactl')
 order by 1;
