-- Columns of tables, foreign tables, views, materialized views and composite types. `position` counts the columns that
-- exist, so that a dropped column leaves no gap. From version 18 on a NOT NULL is a constraint as well; its name is
-- told only where it is not of the form that the server chooses, for this table, its parent or its former name, so that
-- older and newer servers agree.
select 'column' as kind,
       array[n.nspname::text, c.relname::text, a.attname::text] collate "C" as path,
       row_number() over (partition by a.attrelid order by a.attnum)::integer as position,
       format_type(a.atttypid, a.atttypmod) as type,
       case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end as collation,
       a.attnotnull as not_null,
       case when not nn.convalidated then false end as not_null_validated,
       case when nn.connoinherit then true end as not_null_no_inherit,
       case when right(rtrim(nn.conname::text, '0123456789'), length(a.attname) + 10) <> format('_%s_not_null', a.attname)
            then nn.conname::text end as not_null_name,
       nnd.description as not_null_comment,
       pg_get_expr(ad.adbin, ad.adrelid) as default,
       case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as identity,
       case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end as generated,
       case when a.attstorage <> t.typstorage and c.relkind <> 'c'
            then case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main'
                 else 'extended' end
       end as storage,
       case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as compression,
       nullif(a.attstattarget, -1)::integer as statistics_target,
       a.attoptions as options,
       a.attfdwoptions as server_options,
       case when not a.attislocal then true end as inherited,
       a.attacl::text[] as acl,
       pg_get_userbyid(c.relowner)::text as acl_owner,
       d.description as comment
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  left join pg_attrdef ad on ad.adrelid = a.attrelid and ad.adnum = a.attnum
  left join pg_constraint nn on nn.conrelid = c.oid and nn.contype = 'n' and nn.conkey = array[a.attnum]
  left join pg_description nnd on nnd.classoid = 'pg_constraint'::regclass and nnd.objoid = nn.oid and nnd.objsubid = 0
  left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = a.attnum
 where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;
