-- CHECK constraints of domains. NOT NULL, a constraint from version 17 on, is an attribute of the domain.
select 'domain constraint' as kind,
       array[n.nspname::text, t.typname::text, k.conname::text] collate "C" as path,
       regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') as definition,
       k.convalidated as validated,
       d.description as comment
  from pg_constraint k
  join pg_type t on t.oid = k.contypid
  join pg_namespace n on n.oid = t.typnamespace
  left join pg_description d on d.classoid = 'pg_constraint'::regclass and d.objoid = k.oid and d.objsubid = 0
 where k.contype = 'c'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e')
 order by path;
