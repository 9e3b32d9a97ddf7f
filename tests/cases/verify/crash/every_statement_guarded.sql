-- expect: nothing
-- file: 1_step.sql
create table if not exists t (id integer);
alter table t add column if not exists a text;
create index if not exists t_a on t (a);
comment on table t is 't';
