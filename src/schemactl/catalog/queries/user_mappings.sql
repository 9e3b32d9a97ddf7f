-- User mappings, without their options: those are credentials, and only some roles may read them.
select 'user mapping' as kind,
       array[m.srvname::text, case when m.umuser = 0 then 'PUBLIC' else m.usename::text end] collate "C" as path
  from pg_user_mappings m
 order by path;
