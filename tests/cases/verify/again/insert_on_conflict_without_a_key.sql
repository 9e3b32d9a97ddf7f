-- expect: 2_step.sql 1 rows after the first run and
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, n integer default 0);
create table if not exists u (name text primary key);
-- file: 2_step.sql
insert into t (name) values ('x') on conflict do nothing;
