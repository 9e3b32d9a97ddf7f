-- expect: nothing
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, n integer default 0);
create table if not exists u (name text primary key);
-- file: 2_step.sql
drop function if exists f();
create function f() returns integer language sql as 'select 1';
drop function f();
create or replace function f() returns text language sql as 'select null::text';
