-- expect: 1_base.sql 1 public.t can be touched
-- file: 0_first.sql
alter default privileges grant select on tables to public;
-- file: 1_base.sql
-- schemactl:transaction=none
create table if not exists t (id integer);
alter table t enable row level security;
-- file: 2_step.sql
select 1;
