-- Operator families, with the operators and support functions that they hold.
select 'operator family' as kind,
       array[n.nspname::text, f.opfname::text, am.amname::text] collate "C" as path,
       array(select format('%s %s', o.amopstrategy, o.amopopr::regoperator)
                    || case when o.amopsortfamily <> 0 then ' for order by' else '' end
               from pg_amop o where o.amopfamily = f.oid order by 1) as operators,
       array(select format('%s (%s, %s) %s', p.amprocnum, format_type(p.amproclefttype, null),
                           format_type(p.amprocrighttype, null), p.amproc::oid::regprocedure)
               from pg_amproc p where p.amprocfamily = f.oid order by 1) as functions,
       pg_get_userbyid(f.opfowner)::text as owner,
       d.description as comment
  from pg_opfamily f
  join pg_namespace n on n.oid = f.opfnamespace
  join pg_am am on am.oid = f.opfmethod
  left join pg_description d on d.classoid = 'pg_opfamily'::regclass and d.objoid = f.oid and d.objsubid = 0
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_opfamily'::regclass and e.objid = f.oid and e.deptype = 'e')
 order by path;
