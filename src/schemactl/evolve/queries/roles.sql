-- Roles with their options as CREATE ROLE takes them, and the roles that they are members of.
select r.rolname::text,
       array_remove(array[
         case when r.rolsuper then 'SUPERUSER' end,
         case when not r.rolinherit then 'NOINHERIT' end,
         case when r.rolcreaterole then 'CREATEROLE' end,
         case when r.rolcreatedb then 'CREATEDB' end,
         case when r.rolcanlogin then 'LOGIN' end,
         case when r.rolreplication then 'REPLICATION' end,
         case when r.rolbypassrls then 'BYPASSRLS' end,
         case when r.rolconnlimit <> -1 then format('CONNECTION LIMIT %s', r.rolconnlimit) end
       ], null) as options,
       array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
              where m.member = r.oid order by 1) as member_of
  from pg_roles r
 where r.rolname !~ '^pg_'
 order by 1;
