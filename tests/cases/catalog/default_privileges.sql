-- case: default privileges
-- change
alter default privileges for role boss grant select on tables to app;
-- expect: added default privileges .boss.tables

-- case: default privileges in a schema
-- change
alter default privileges for role boss in schema s revoke execute on functions from public;
alter default privileges for role boss in schema s grant execute on functions to app;
-- expect: added default privileges s.boss.functions

-- case: default privileges changed
alter default privileges for role boss grant select on tables to app;
-- change
alter default privileges for role boss grant insert on tables to app;
-- expect: changed default privileges .boss.tables: grants.app
