-- expect: nothing
-- lock: 3_step.sql 1 public.t grows SHARE UPDATE EXCLUSIVE
-- file: 1_base.sql
create table if not exists t (id bigint primary key);
-- file: 2_step.sql
alter table t add constraint c check (id is not null) not valid;
-- file: 3_step.sql
alter table t validate constraint c;
