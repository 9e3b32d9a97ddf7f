-- case: view
create table t (id int primary key, name text, amount numeric(10,2));
-- change
create view v as select id from t;
-- expect: added view s.v
-- expect: added column s.v.id

-- case: view definition
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
create or replace view v as select id from t where id > 0;
-- expect: changed view s.v: definition

-- case: view security invoker (since 15)
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
alter view v set (security_invoker = on);
-- expect: changed view s.v: options

-- case: view security barrier
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
alter view v set (security_barrier = on);
-- expect: changed view s.v: options

-- case: view check option
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
alter view v set (check_option = local);
-- expect: changed view s.v: options

-- case: view column default
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
alter view v alter id set default 7;
-- expect: changed column s.v.id: default

-- case: view column comment
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
comment on column v.id is 'x';
-- expect: changed column s.v.id: comment

-- case: view grant
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
grant select on v to app;
-- expect: changed view s.v: grants.app

-- case: view owner
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
alter view v owner to boss;
-- expect: changed view s.v: owner

-- case: view comment
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
comment on view v is 'x';
-- expect: changed view s.v: comment

-- case: materialized view
create table t (id int primary key, name text, amount numeric(10,2));
-- change
create materialized view v as select id from t;
-- expect: added materialized view s.v
-- expect: added column s.v.id

-- case: materialized view definition
create table t (id int primary key, name text, amount numeric(10,2));
create materialized view v as select id from t;
-- change
drop materialized view v;
create materialized view v as select id from t where id > 0;
-- expect: changed materialized view s.v: definition

-- case: materialized view populated
create table t (id int primary key, name text, amount numeric(10,2));
create materialized view v as select id from t with no data;
-- change
refresh materialized view v;
-- expect: changed materialized view s.v: populated

-- case: materialized view grant
create table t (id int primary key, name text, amount numeric(10,2));
create materialized view v as select id from t;
-- change
grant select on v to app;
-- expect: changed materialized view s.v: grants.app

-- case: materialized view comment
create table t (id int primary key, name text, amount numeric(10,2));
create materialized view v as select id from t;
-- change
comment on materialized view v is 'x';
-- expect: changed materialized view s.v: comment
