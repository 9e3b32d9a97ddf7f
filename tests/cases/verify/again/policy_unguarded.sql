-- expect: 2_step.sql 1 42710
-- file: 1_base.sql
create table if not exists t (id bigint generated always as identity primary key, name text, n integer default 0);
create table if not exists u (name text primary key);
-- file: 2_step.sql
create policy p on t using (true);
