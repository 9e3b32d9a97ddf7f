-- case: sequence
-- change
create sequence q;
-- expect: added sequence s.q

-- case: sequence type
create sequence q;
-- change
alter sequence q as int;
-- expect: changed sequence s.q: maximum, type

-- case: sequence start
create sequence q;
-- change
alter sequence q start 7;
-- expect: changed sequence s.q: start

-- case: sequence increment
create sequence q;
-- change
alter sequence q increment 7;
-- expect: changed sequence s.q: increment

-- case: sequence minimum
create sequence q;
-- change
alter sequence q minvalue -7;
-- expect: changed sequence s.q: minimum

-- case: sequence maximum
create sequence q;
-- change
alter sequence q maxvalue 777;
-- expect: changed sequence s.q: maximum

-- case: sequence cache
create sequence q;
-- change
alter sequence q cache 7;
-- expect: changed sequence s.q: cache

-- case: sequence cycle
create sequence q;
-- change
alter sequence q cycle;
-- expect: changed sequence s.q: cycle

-- case: sequence owned by
create table t (id int primary key, name text, amount numeric(10,2));
create sequence q;
-- change
alter sequence q owned by t.id;
-- expect: changed sequence s.q: owned_by

-- case: sequence persistence (since 15)
create sequence q;
-- change
alter sequence q set unlogged;
-- expect: changed sequence s.q: persistence

-- case: sequence grant
create sequence q;
-- change
grant usage on sequence q to app;
-- expect: changed sequence s.q: grants.app

-- case: sequence owner
create sequence q;
-- change
alter sequence q owner to boss;
-- expect: changed sequence s.q: owner

-- case: sequence comment
create sequence q;
-- change
comment on sequence q is 'x';
-- expect: changed sequence s.q: comment
