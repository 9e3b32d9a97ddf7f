-- Foreign servers.
select 'foreign server' as kind,
       array[s.srvname::text] collate "C" as path,
       w.fdwname::text as wrapper,
       s.srvtype as type,
       s.srvversion as version,
       s.srvoptions as server_options,
       pg_get_userbyid(s.srvowner)::text as owner,
       coalesce(s.srvacl, acldefault('S', s.srvowner))::text[] as acl,
       d.description as comment
  from pg_foreign_server s
  join pg_foreign_data_wrapper w on w.oid = s.srvfdw
  left join pg_description d on d.classoid = 'pg_foreign_server'::regclass and d.objoid = s.oid and d.objsubid = 0
 where not exists (select from pg_depend e
                    where e.classid = 'pg_foreign_server'::regclass and e.objid = s.oid and e.deptype = 'e')
 order by path;
