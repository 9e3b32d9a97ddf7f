-- Foreign keys: which table refers to which.
select distinct format('%I.%I', n.nspname, c.relname), format('%I.%I', fn.nspname, f.relname)
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_class f on f.oid = k.confrelid
  join pg_namespace fn on fn.oid = f.relnamespace
 where k.contype = 'f';
