-- Operators.
select 'operator' as kind,
       array[n.nspname::text, o.oprname::text,
             format('%s, %s', case when o.oprleft = 0 then 'NONE' else format_type(o.oprleft, null) end,
                    format_type(o.oprright, null))] collate "C" as path,
       format_type(o.oprresult, null) as result,
       nullif(o.oprcode::oid, 0)::regprocedure::text as function,
       nullif(o.oprcom, 0)::regoperator::text as commutator,
       nullif(o.oprnegate, 0)::regoperator::text as negator,
       nullif(o.oprrest::oid, 0)::regprocedure::text as restrict,
       nullif(o.oprjoin::oid, 0)::regprocedure::text as join,
       o.oprcanmerge as merges,
       o.oprcanhash as hashes,
       pg_get_userbyid(o.oprowner)::text as owner,
       d.description as comment
  from pg_operator o
  join pg_namespace n on n.oid = o.oprnamespace
  left join pg_description d on d.classoid = 'pg_operator'::regclass and d.objoid = o.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_operator'::regclass and e.objid = o.oid and e.deptype = 'e')
 order by path;
