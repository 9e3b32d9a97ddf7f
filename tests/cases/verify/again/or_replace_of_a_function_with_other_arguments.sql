-- expect: 2_step.sql 2 42725
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
create or replace function f(a integer, b integer default 0) returns integer language sql as 'select 1';
comment on function f is 'one';
create or replace function f(a integer) returns integer language sql as 'select 2';
