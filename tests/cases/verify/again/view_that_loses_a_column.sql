-- expect: 2_step.sql 1 42P16
-- expect: 2_step.sql 2 42703
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, n integer default 0);
create table if not exists u (name text primary key);
-- file: 2_step.sql
create or replace view v as select id, name from t;
alter view v rename column name to title;
