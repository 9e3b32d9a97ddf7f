-- Partitions that hold rows themselves: the table that rows go through, and the condition that leads them here.
select array[n.nspname::text, c.relname::text] as path,
       array[rn.nspname::text, r.relname::text] as root,
       pg_get_partition_constraintdef(c.oid) as condition
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_class r on r.oid = pg_partition_root(c.oid)
  join pg_namespace rn on rn.oid = r.relnamespace
 where c.relispartition and c.relkind in ('r', 'f')
 order by path;
