-- Foreign data wrappers.
select 'foreign data wrapper' as kind,
       array[w.fdwname::text] collate "C" as path,
       nullif(w.fdwhandler, 0)::regprocedure::text as handler,
       nullif(w.fdwvalidator, 0)::regprocedure::text as validator,
       w.fdwoptions as server_options,
       pg_get_userbyid(w.fdwowner)::text as owner,
       coalesce(w.fdwacl, acldefault('F', w.fdwowner))::text[] as acl,
       d.description as comment
  from pg_foreign_data_wrapper w
  left join pg_description d on d.classoid = 'pg_foreign_data_wrapper'::regclass and d.objoid = w.oid and d.objsubid = 0
 where not exists (select from pg_depend e
                    where e.classid = 'pg_foreign_data_wrapper'::regclass and e.objid = w.oid and e.deptype = 'e')
 order by path;
