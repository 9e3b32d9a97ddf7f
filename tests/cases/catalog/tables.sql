-- case: table
-- change
create table t (id int);
-- expect: added table s.t
-- expect: added column s.t.id

-- case: table kind
-- change
create table p (id int, at date) partition by range (at);
-- expect: added table s.p
-- expect: added column s.p.id
-- expect: added column s.p.at

-- case: table owner
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t owner to boss;
-- expect: changed table s.t: owner

-- case: table grant
create table t (id int primary key, name text, amount numeric(10,2));
-- change
grant select, insert on t to app;
-- expect: changed table s.t: grants.app

-- case: table grant option
create table t (id int primary key, name text, amount numeric(10,2));
grant select on t to app;
-- change
grant select on t to app with grant option;
-- expect: changed table s.t: grants.app

-- case: table revoke from owner
create table t (id int primary key, name text, amount numeric(10,2));
-- change
revoke delete on t from current_user;
-- expect: changed table s.t: grants.(owner)

-- case: table comment
create table t (id int primary key, name text, amount numeric(10,2));
-- change
comment on table t is 'x';
-- expect: changed table s.t: comment

-- case: table persistence
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t set unlogged;
-- expect: changed table s.t: persistence

-- case: table options
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t set (fillfactor = 70);
-- expect: changed table s.t: options

-- case: toast options
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t set (toast.autovacuum_enabled = off);
-- expect: changed table s.t: toast_options

-- case: row security
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t enable row level security;
-- expect: changed table s.t: row_security

-- case: forced row security
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t force row level security;
-- expect: changed table s.t: force_row_security

-- case: replica identity full
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t replica identity full;
-- expect: changed table s.t: replica_identity

-- case: replica identity nothing
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t replica identity nothing;
-- expect: changed table s.t: replica_identity

-- case: replica identity index
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t replica identity using index t_pkey;
-- expect: changed table s.t: replica_identity
-- expect: changed index s.t.t_pkey: replica_identity

-- case: inheritance
create table t (id int primary key, name text, amount numeric(10,2));
create table c () inherits (t);
-- change
alter table c no inherit t;
-- expect: changed table s.c: inherits
-- expect: changed column s.c.id: inherited
-- expect: changed column s.c.name: inherited
-- expect: changed column s.c.amount: inherited

-- case: typed table
create type k as (id int);
create table t of k;
-- change
alter table t not of;
-- expect: changed table s.t: of_type

-- case: partition bound
create table p (id int, at date) partition by range (at);
create table p1 partition of p for values from ('2020-01-01') to ('2021-01-01');
-- change
alter table p detach partition p1;
alter table p attach partition p1 for values from ('2020-01-01') to ('2022-01-01');
-- expect: changed table s.p1: partition_bound

-- case: partition key
create table p (id int, at date) partition by range (at);
-- change
drop table p;
create table p (id int, at date) partition by range (id);
-- expect: changed table s.p: partition_key

-- case: detached
create table p (id int, at date) partition by range (at);
create table p1 partition of p default;
-- change
alter table p detach partition p1;
-- expect: changed table s.p1: inherits, partition_bound
-- expect: changed column s.p1.id: inherited
-- expect: changed column s.p1.at: inherited

-- case: access method (since 15)
create table t (id int primary key, name text, amount numeric(10,2));
create access method heap2 type table handler heap_tableam_handler;
-- change
alter table t set access method heap2;
-- expect: changed table s.t: access_method

-- case: detach that died half-way
create table p (id int, at date) partition by range (at);
create table p1 partition of p default;
-- change
update pg_inherits set inhdetachpending = true where inhrelid = 'p1'::regclass;
-- expect: changed table s.p1: detach_pending
