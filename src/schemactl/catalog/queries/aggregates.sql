-- Aggregate functions.
select 'aggregate' as kind,
       array[n.nspname::text, p.proname::text, oidvectortypes(p.proargtypes)] collate "C" as path,
       pg_get_function_arguments(p.oid) as arguments,
       pg_get_function_result(p.oid) as result,
       case a.aggkind when 'o' then 'ordered set' when 'h' then 'hypothetical set' else 'normal' end as type,
       a.aggnumdirectargs::integer as direct_arguments,
       nullif(a.aggtransfn::oid, 0)::regprocedure::text as transition,
       format_type(a.aggtranstype, null) as state_type,
       a.aggtransspace as state_size,
       a.agginitval as initial,
       nullif(a.aggfinalfn::oid, 0)::regprocedure::text as final,
       a.aggfinalextra as final_extra,
       a.aggfinalmodify::text as final_modify,
       nullif(a.aggcombinefn::oid, 0)::regprocedure::text as combine,
       nullif(a.aggserialfn::oid, 0)::regprocedure::text as serialize,
       nullif(a.aggdeserialfn::oid, 0)::regprocedure::text as deserialize,
       nullif(a.aggmtransfn::oid, 0)::regprocedure::text as moving_transition,
       nullif(a.aggminvtransfn::oid, 0)::regprocedure::text as moving_inverse,
       case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end as moving_state_type,
       nullif(a.aggmtransspace, 0) as moving_state_size,
       a.aggminitval as moving_initial,
       nullif(a.aggmfinalfn::oid, 0)::regprocedure::text as moving_final,
       nullif(a.aggmfinalextra, false) as moving_final_extra,
       case when a.aggmtransfn <> 0 then a.aggmfinalmodify::text end as moving_final_modify,
       nullif(a.aggsortop, 0)::regoperator::text as sort_operator,
       case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end as parallel,
       pg_get_userbyid(p.proowner)::text as owner,
       coalesce(p.proacl, acldefault('f', p.proowner))::text[] as acl,
       d.description as comment
  from pg_aggregate a
  join pg_proc p on p.oid = a.aggfnoid
  join pg_namespace n on n.oid = p.pronamespace
  left join pg_description d on d.classoid = 'pg_proc'::regclass and d.objoid = p.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
 order by path;
