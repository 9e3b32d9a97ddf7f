-- Range types, each with the multirange type that came with it.
select 'range type' as kind,
       array[n.nspname::text, t.typname::text] collate "C" as path,
       format_type(r.rngsubtype, null) as subtype,
       format_type(r.rngmultitypid, null) as multirange,
       case when r.rngcollation <> 0 then r.rngcollation::regcollation::text end as collation,
       (select format('%I.%I', o.nspname, oc.opcname)
          from pg_opclass oc join pg_namespace o on o.oid = oc.opcnamespace where oc.oid = r.rngsubopc)
         as operator_class,
       nullif(r.rngcanonical::oid, 0)::regprocedure::text as canonical,
       nullif(r.rngsubdiff::oid, 0)::regprocedure::text as subtype_difference,
       pg_get_userbyid(t.typowner)::text as owner,
       coalesce(t.typacl, acldefault('T', t.typowner))::text[] as acl,
       d.description as comment
  from pg_range r
  join pg_type t on t.oid = r.rngtypid
  join pg_namespace n on n.oid = t.typnamespace
  left join pg_description d on d.classoid = 'pg_type'::regclass and d.objoid = t.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e')
 order by path;
