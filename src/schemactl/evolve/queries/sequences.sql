-- Sequences.
select format('%I.%I', n.nspname, c.relname)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'S' and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'schemactl')
 order by 1;
