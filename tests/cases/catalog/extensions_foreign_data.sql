-- case: extension schema
drop extension plpgsql;
-- change
create extension plpgsql;
-- expect: added extension plpgsql

-- case: extension comment
-- change
comment on extension plpgsql is 'x';
-- expect: changed extension plpgsql: comment

-- case: foreign data wrapper
-- change
create foreign data wrapper w;
-- expect: added foreign data wrapper w

-- case: foreign server options
create foreign data wrapper w;
create server f foreign data wrapper w;
-- change
alter server f options (add host 'x');
-- expect: changed foreign server f: server_options

-- case: foreign server grant
create foreign data wrapper w;
create server f foreign data wrapper w;
-- change
grant usage on foreign server f to app;
-- expect: changed foreign server f: grants.app

-- case: foreign table
create foreign data wrapper w;
create server f foreign data wrapper w;
-- change
create foreign table t (id int) server f;
-- expect: added foreign table s.t
-- expect: added column s.t.id

-- case: foreign table options
create foreign data wrapper w;
create server f foreign data wrapper w;
create foreign table t (id int) server f;
-- change
alter foreign table t options (add remote 'x');
-- expect: changed foreign table s.t: server_options

-- case: foreign column options
create foreign data wrapper w;
create server f foreign data wrapper w;
create foreign table t (id int) server f;
-- change
alter foreign table t alter id options (add remote 'x');
-- expect: changed column s.t.id: server_options

-- case: user mapping
create foreign data wrapper w;
create server f foreign data wrapper w;
-- change
create user mapping for app server f;
-- expect: added user mapping f.app
