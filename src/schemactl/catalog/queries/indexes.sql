-- Indexes, those behind constraints included. An INVALID one is what a failed concurrent build leaves behind.
select 'index' as kind,
       array[n.nspname::text, t.relname::text, c.relname::text] collate "C" as path,
       pg_get_indexdef(c.oid) as definition,
       ts.spcname::text as tablespace,
       i.indisvalid as valid,
       i.indisready as ready,
       i.indisreplident as replica_identity,
       i.indisclustered as clustered,
       i.indimmediate as immediate,
       case when c.relispartition then
         (select h.inhparent::regclass::text from pg_inherits h where h.inhrelid = c.oid)
       end as parent,
       k.conname::text as constraint,
       case when i.indexprs is not null then
         (select array_agg(format('%s=%s', a.attnum, a.attstattarget) order by a.attnum)
            from pg_attribute a where a.attrelid = c.oid and a.attstattarget >= 0)
       end as statistics_targets,
       d.description as comment
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = t.relnamespace
  left join pg_constraint k on k.conindid = c.oid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x')
  left join pg_tablespace ts on ts.oid = c.reltablespace
  left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid in (c.oid, t.oid) and e.deptype = 'e')
 order by path;
