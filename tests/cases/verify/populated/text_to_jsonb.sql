-- expect: 2_step.sql 1 22P02
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer, at text);
create table if not exists kid (id bigint primary key, t bigint references t (id));
-- file: 2_step.sql
alter table t alter column at type jsonb using at::jsonb;
