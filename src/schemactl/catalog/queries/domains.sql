-- Domains; their CHECK constraints stand in domain_constraints.sql.
select 'domain' as kind,
       array[n.nspname::text, t.typname::text] collate "C" as path,
       format_type(t.typbasetype, t.typtypmod) as type,
       case when t.typcollation <> b.typcollation then t.typcollation::regcollation::text end as collation,
       t.typnotnull as not_null,
       coalesce(pg_get_expr(t.typdefaultbin, 'pg_type'::regclass), t.typdefault) as default,
       pg_get_userbyid(t.typowner)::text as owner,
       coalesce(t.typacl, acldefault('T', t.typowner))::text[] as acl,
       d.description as comment
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  join pg_type b on b.oid = t.typbasetype
  left join pg_description d on d.classoid = 'pg_type'::regclass and d.objoid = t.oid and d.objsubid = 0
 where t.typtype = 'd'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e')
 order by path;
