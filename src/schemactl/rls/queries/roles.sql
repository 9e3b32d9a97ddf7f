-- Attributes of each role that matter to row security, and every role whose privileges it has (its own name included).
select r.rolname::text as name,
       r.rolsuper as superuser,
       r.rolbypassrls as bypass,
       r.rolcanlogin as login,
       array(select m.rolname::text from pg_catalog.pg_roles m where pg_catalog.pg_has_role(r.oid, m.oid, 'usage')
             order by 1) as privileges_of,
       array(select m.rolname::text from pg_catalog.pg_roles m where pg_catalog.pg_has_role(r.oid, m.oid, 'member')
             order by 1) as member_of
  from pg_catalog.pg_roles r
 where r.rolname !~ '^pg_'
 order by r.rolname;
