-- Transforms between types and languages.
select 'transform' as kind,
       array[format_type(t.trftype, null), l.lanname::text] collate "C" as path,
       nullif(t.trffromsql::oid, 0)::regprocedure::text as from_sql,
       nullif(t.trftosql::oid, 0)::regprocedure::text as to_sql,
       d.description as comment
  from pg_transform t
  join pg_language l on l.oid = t.trflang
  left join pg_description d on d.classoid = 'pg_transform'::regclass and d.objoid = t.oid and d.objsubid = 0
 where not exists (select from pg_depend e
                    where e.classid = 'pg_transform'::regclass and e.objid = t.oid and e.deptype = 'e')
 order by path;
