-- expect: 2_step.sql 2 leaves t_n invalid
-- runner: psql
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
-- file: 2_step.sql
comment on table t is 'x';
create unique index concurrently if not exists t_n on t (id, n);
