-- expect: nothing
-- runner: psql
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
drop index concurrently if exists t_name;
create index concurrently if not exists t_name on t (name);
