-- expect: 2_step.sql 1 builds an index of public.t
-- lock: 2_step.sql 1 public.t grows SHARE
-- file: 1_base.sql
create table if not exists t (id bigint primary key, name text, n integer);
create table if not exists kid (id bigint primary key, t bigint);
create index if not exists t_name on t (name);
create materialized view if not exists m as select id from t;
-- file: 2_step.sql
create index t_n on t (n);
