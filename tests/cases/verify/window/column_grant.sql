-- expect: 1_base.sql 2 public.t can be touched
-- file: 1_base.sql
create table if not exists t (id integer);
grant select (id) on t to public;
-- file: 2_step.sql
alter table t enable row level security;
