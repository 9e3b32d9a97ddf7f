-- Collations. The locale's column has had two names.
select 'collation' as kind,
       array[n.nspname::text, c.collname::text] collate "C" as path,
       case c.collprovider when 'i' then 'icu' when 'c' then 'libc' when 'b' then 'builtin' else 'default' end
         as provider,
       c.collisdeterministic as deterministic,
       coalesce(j.row ->> 'colllocale', j.row ->> 'colliculocale', c.collcollate) as locale,
       nullif(c.collctype, c.collcollate) as ctype,
       j.row ->> 'collicurules' as rules,
       nullif(c.collencoding, -1) as encoding,
       pg_get_userbyid(c.collowner)::text as owner,
       d.description as comment
  from pg_collation c
  join pg_namespace n on n.oid = c.collnamespace
 cross join lateral (select to_jsonb(c) as row) j
  left join pg_description d on d.classoid = 'pg_collation'::regclass and d.objoid = c.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_collation'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by path;
