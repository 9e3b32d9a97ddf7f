-- Tables that a publication names, with the columns and the row filter that version 15 brought: on 14 the names inside the
-- lateral query find the nulls beside it.
select 'publication table' as kind,
       array[n.nspname::text, c.relname::text, p.pubname::text] collate "C" as path,
       (select array_agg(a.attname::text order by a.attname collate "C")
          from unnest(r.prattrs) key(attnum)
          join pg_attribute a on a.attrelid = r.prrelid and a.attnum = key.attnum) as columns,
       pg_get_expr(r.prqual, r.prrelid) as where
  from (select null::pg_node_tree as prqual, null::int2vector as prattrs) absent
 cross join lateral (select t.prpubid, t.prrelid, prqual, prattrs from pg_publication_rel t) r
  join pg_publication p on p.oid = r.prpubid
  join pg_class c on c.oid = r.prrelid
  join pg_namespace n on n.oid = c.relnamespace
 order by path;
