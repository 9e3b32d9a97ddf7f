-- Publications.
select 'publication' as kind,
       array[p.pubname::text] collate "C" as path,
       p.puballtables as all_tables,
       array_remove(array[case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
                          case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end], null)
         as operations,
       p.pubviaroot as via_partition_root,
       nullif(to_jsonb(p) ->> 'pubgencols', 'n') as generated_columns,
       pg_get_userbyid(p.pubowner)::text as owner,
       d.description as comment
  from pg_publication p
  left join pg_description d on d.classoid = 'pg_publication'::regclass and d.objoid = p.oid and d.objsubid = 0
 order by path;
