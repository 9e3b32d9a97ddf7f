-- expect: 2_step.sql 2 builds an index of public.t
-- lock: 2_step.sql 2 public.t grows SHARE
-- file: 1_base.sql
create table if not exists t (id bigint primary key, n integer);
insert into t select n, n from generate_series(1, 500) as n on conflict do nothing;
-- file: 2_step.sql
comment on table t is 'large';
create index t_n on t (n);
