-- Base and shell types made by hand (array types come with their elements).
select 'base type' as kind,
       array[n.nspname::text, t.typname::text] collate "C" as path,
       t.typisdefined as defined,
       t.typlen::integer as length,
       t.typbyval as by_value,
       t.typcategory::text as category,
       t.typispreferred as preferred,
       t.typdelim::text as delimiter,
       t.typalign::text as alignment,
       t.typstorage::text as storage,
       nullif(t.typinput::oid, 0)::regprocedure::text as input,
       nullif(t.typoutput::oid, 0)::regprocedure::text as output,
       nullif(t.typreceive::oid, 0)::regprocedure::text as receive,
       nullif(t.typsend::oid, 0)::regprocedure::text as send,
       nullif(t.typmodin::oid, 0)::regprocedure::text as modifier_in,
       nullif(t.typmodout::oid, 0)::regprocedure::text as modifier_out,
       nullif(t.typanalyze::oid, 0)::regprocedure::text as analyze,
       case when t.typelem <> 0 then format_type(t.typelem, null) end as element,
       t.typcollation <> 0 as collatable,
       t.typdefault as default,
       pg_get_userbyid(t.typowner)::text as owner,
       coalesce(t.typacl, acldefault('T', t.typowner))::text[] as acl,
       d.description as comment
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  left join pg_description d on d.classoid = 'pg_type'::regclass and d.objoid = t.oid and d.objsubid = 0
 where (t.typtype = 'b' or t.typtype = 'p' and not t.typisdefined)
   and not exists (select from pg_type e where e.typarray = t.oid)
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e')
 order by path;
