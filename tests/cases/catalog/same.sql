-- case: recreated table
create table t (id int primary key, name text, amount numeric(10,2));
-- change
drop table t;
create table t (id int primary key, name text, amount numeric(10,2));

-- case: recreated index
create table t (id int primary key, name text, amount numeric(10,2));
create index i on t (name);
-- change
drop index i;
create index i on t (name);

-- case: recreated function
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
drop function f;
create function f(a int) returns int language plpgsql as 'begin return a; end';

-- case: replaced view
create table t (id int primary key, name text, amount numeric(10,2));
create view v as select id from t;
-- change
create or replace view v as select id from t;

-- case: dropped column before it
create table t (a int, b int);
-- change
drop table t;
create table t (x int, a int, b int);
alter table t drop x;

-- case: explicit grants that are the default
create table t (id int primary key, name text, amount numeric(10,2));
-- change
grant all on t to current_user;

-- case: explicit default of functions
create function f(a int) returns int language plpgsql as 'begin return a; end';
-- change
grant execute on function f to public;

-- case: grant and revoke
create table t (id int primary key, name text, amount numeric(10,2));
-- change
grant select on t to app;
revoke select on t from app;

-- case: column grant and revoke
create table t (id int primary key, name text, amount numeric(10,2));
-- change
grant select (name) on t to app;
revoke select (name) on t from app;

-- case: grants in another order
create table t (id int primary key, name text, amount numeric(10,2));
grant select on t to app;
grant select on t to boss;
-- change
revoke all on t from app, boss;
grant select on t to boss;
grant select on t to app;

-- case: explicit storage
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t alter name set storage extended;

-- case: explicit statistics
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t alter name set statistics -1;

-- case: explicit replica identity
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t replica identity default;

-- case: options set and reset
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t set (fillfactor = 70);
alter table t reset (fillfactor);

-- case: options in another order
create table t (id int primary key, name text, amount numeric(10,2));
alter table t set (fillfactor = 70, autovacuum_enabled = off);
-- change
alter table t reset (fillfactor, autovacuum_enabled);
alter table t set (autovacuum_enabled = off);
alter table t set (fillfactor = 70);

-- case: comment and none
create table t (id int primary key, name text, amount numeric(10,2));
-- change
comment on table t is 'x';
comment on table t is null;

-- case: enum made at once or bit by bit
create type e as enum ('a', 'b', 'c');
-- change
drop type e;
create type e as enum ('a', 'c');
alter type e add value 'b' before 'c';

-- case: sequence used
create sequence q;
-- change
select nextval('q');

-- case: rows
create table t (id int primary key, name text, amount numeric(10,2));
-- change
insert into t values (1, 'a', 2);

-- case: analyzed
create table t (id int primary key, name text, amount numeric(10,2));
-- change
analyze t;

-- case: default privileges as built in
-- change
alter default privileges for role boss grant execute on functions to public;

-- case: renamed and back
create table t (id int primary key, name text, amount numeric(10,2));
-- change
alter table t rename to u;
alter table u rename to t;

-- case: policy roles in another order
create table t (id int primary key, name text, amount numeric(10,2));
create policy y on t to app, boss;
-- change
alter policy y on t to boss, app;

-- case: temporary
-- change
create temporary table t (id int);

-- case: validated twice
create table t (id int primary key, name text, amount numeric(10,2));
alter table t add constraint k check (id > 0);
-- change
alter table t validate constraint k;
